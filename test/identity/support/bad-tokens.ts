import type { ErrorCode } from '../../../src/errors.ts';
import { BAD_CLAIMS } from './bad-claims.ts';
import { encode, OTHER_DER, OTHER_JWK, type Mint, type Overrides } from './mint.ts';

/** A token that must be refused; `make` may ask for as many good ones as it needs. */
export interface BadToken {
  readonly name: string;
  readonly code: ErrorCode;
  /** The whole message. */
  readonly message: string;
  /** Part of what the error says besides, whatever the good token's claims are. */
  readonly text: string;
  /** Requests that reach the issuer: none before it is known to be the expected one. */
  readonly requests: number;
  readonly make: (mint: Mint) => Promise<string>;
}

type Case = readonly [name: string, text: string, make: Overrides | BadToken['make']];

const refused = (message: string, requests: number, cases: readonly Case[]): readonly BadToken[] =>
  cases.map(([name, text, make]) => ({
    ...{ name, code: 'TOKEN_INVALID', message: `The OIDC token ${message}.`, text, requests },
    make: typeof make === 'function' ? make : (mint) => mint(make),
  }));

/** A good token, whose text is changed. */
const good =
  (change: (token: string) => string): BadToken['make'] =>
  async (mint) =>
    change(await mint());
const parts = (token: string): [string, string, string] => token.split('.') as [string, string, string];
const withHeader = (text: unknown): BadToken['make'] =>
  good((token) => [encode(text), ...parts(token).slice(1)].join('.'));
const withPayload = (bytes: Uint8Array | string): BadToken['make'] =>
  good((token) => [parts(token)[0], Buffer.from(bytes).toString('base64url'), parts(token)[2]].join('.'));
const withSignature = (change: (signature: Buffer) => Buffer): BadToken['make'] =>
  good((token) => {
    const [header, payload, signature] = parts(token);
    return [header, payload, change(Buffer.from(signature, 'base64url')).toString('base64url')].join('.');
  });
const withIssuer = (change: (iss: string) => unknown): Overrides => ({
  claims: ({ iss }) => ({ iss: change(String(iss)) }),
});
const nested = (depth: number): string => '['.repeat(depth) + ']'.repeat(depth);

/** Not canonical: 256 bytes leave four spare bits in the last character, and the next letter sets one of them. */
const nextLetter = (token: string): string =>
  token.slice(0, -1) + String.fromCharCode(token.charCodeAt(token.length - 1) + 1);

const SEGMENTS = 'three segments, each base64url and not empty';
const OTHER_WORKSPACE = 'https://api.bitbucket.org/2.0/workspaces/mallory/pipelines-config/identity/oidc';

/** Refused by its size, shape or header: nothing is asked of the network. */
const BAD_SHAPES: readonly BadToken[] = [
  ...refused('is too large', 0, [
    ['more than 16 KiB', 'at most 16384', good((token) => `${token}${'A'.repeat(16 * 1024)}`)],
    ['a million dots', '1000000 characters', good(() => '.'.repeat(1_000_000))],
  ]),
  ...refused('is not a compact JWT', 0, [
    ['two segments', '2 segments', good((token) => token.split('.').slice(0, 2).join('.'))],
    ['four segments', '4 segments', good((token) => `${token}.AAAA`)],
    ['five segments, as encrypted ones have', '5 segments', good((token) => `${token}.AAAA.AAAA`)],
    ['a word', '1 segments, 5 characters', good(() => 'token')],
    ['the JSON form of a signature', '1 segments', good((token) => JSON.stringify({ payload: parts(token)[1] }))],
    ['an empty signature', SEGMENTS, { key: 'none' }],
    ['alg None without a signature', SEGMENTS, { header: { alg: 'None' }, key: 'none' }],
    ['an empty payload', SEGMENTS, good((token) => `${parts(token)[0]}..${parts(token)[2]}`)],
    ['padding', SEGMENTS, good((token) => `${token}==`)],
    ['white space behind it', SEGMENTS, good((token) => `${token}\n`)],
    ['the word Bearer before it', SEGMENTS, good((token) => `Bearer ${token}`)],
    ['a look-alike letter in it', SEGMENTS, good((token) => token.replace('e', '\u0435'))],
    ['a signature in base64 with + and /', SEGMENTS, good((token) => `${parts(token).slice(0, 2).join('.')}.+/+/`)],
    ['a signature that is not canonical base64url', SEGMENTS, good(nextLetter)],
  ]),
  ...refused('has a header that is not a plain JSON object', 0, [
    ['a header that is not JSON', 'something else', withHeader('{alg')],
    ['a header that is a list', 'something else', withHeader(['RS256'])],
    ['a header that begins with a byte order mark', 'something else', withHeader('\ufeff{"alg":"RS256","kid":"x"}')],
    ['an alg that nests 5,500 deep', 'one that nests too much', withHeader(`{"alg":${nested(5500)}}`)],
    ['a kid that nests 300 deep', 'one that nests too much', withHeader(`{"alg":"RS256","kid":${nested(300)}}`)],
  ]),
  ...refused('has a payload that is not a plain JSON object', 0, [
    ['a payload that is not JSON', 'something else', withPayload('iss')],
    ['a payload that is null', 'something else', withPayload('null')],
    ['a payload that is not UTF-8', 'something else', withPayload(Buffer.from('{"iss":"\xff"}', 'latin1'))],
    ['an iss that nests 5,500 deep', 'one that nests too much', withPayload(`{"iss":${nested(5500)}}`)],
  ]),
];

const BAD_HEADERS: readonly BadToken[] = [
  ...refused('names another algorithm', 0, [
    ['alg none with a signature', 'alg "none"', { header: { alg: 'none' } }],
    ['alg HS256 with the public key as secret', 'alg "HS256"', { header: { alg: 'HS256' }, key: 'hmac' }],
    ['alg ES256', 'alg "ES256"', { header: { alg: 'ES256' } }],
    ['alg PS256, signed as such', 'alg "PS256"', { header: { alg: 'PS256' }, key: 'pss' }],
    ['alg rs256 in small letters', 'alg "rs256"', { header: { alg: 'rs256' } }],
    ['alg with a look-alike letter', 'alg "R\\u0405256"', { header: { alg: 'R\u0405256' } }],
    ['alg as a list', 'alg ["RS256"]', { header: { alg: ['RS256'] } }],
    ['no alg', 'alg nothing', { header: { alg: undefined } }],
    ['alg twice, none at last', 'alg "none"', withHeader('{"alg":"RS256","kid":"x","alg":"none"}')],
  ]),
  ...refused('demands an extension', 0, [
    ['crit', 'crit ["exp"]', { header: { crit: ['exp'] } }],
    ['crit that is null', 'crit null', { header: { crit: null } }],
    ['crit that is empty', 'crit []', { header: { crit: [] } }],
    ['a payload that is not encoded', 'crit ["b64"]', { header: { crit: ['b64'], b64: false } }],
  ]),
  ...refused('does not name its key', 0, [
    ['no kid', 'kid nothing', { header: { kid: undefined } }],
    ['no kid, but a key', 'kid nothing', { header: { kid: undefined, jwk: OTHER_JWK }, key: 'other' }],
    ['an empty kid', 'kid ""', { header: { kid: '' } }],
    ['a kid that is a number', 'kid 7', { header: { kid: 7 } }],
  ]),
];

/** Whole strings are compared: every one of these would pass a prefix, a pattern or a normal form. */
const BAD_ISSUERS: readonly BadToken[] = [
  ...refused('is from another Bitbucket workspace ("mallory"): a fork, or a step of another workspace', 0, [
    ['another workspace of Bitbucket', `iss "${OTHER_WORKSPACE}`.slice(0, 80), withIssuer(() => OTHER_WORKSPACE)],
  ]),
  ...refused('is from another issuer', 0, [
    ['no iss', 'iss nothing', { remove: ['iss'] }],
    ['iss that is null', 'iss null', withIssuer(() => null)],
    ['an empty iss', 'iss ""', withIssuer(() => '')],
    ['iss with a trailing slash', 'exactly', withIssuer((iss) => `${iss}/`)],
    ['iss with a line break behind it', 'exactly', withIssuer((iss) => `${iss}\n`)],
    ['iss in other case', 'iss "HTTP', withIssuer((iss) => iss.replace('http', 'HTTP'))],
    ['iss with a suffix', 'exactly', withIssuer((iss) => `${iss}-x`)],
    ['iss that is a prefix', 'exactly', withIssuer((iss) => iss.slice(0, -1))],
    ['iss on another host', 'iss "https://mallory.example/', withIssuer((iss) => `https://mallory.example/${iss}`)],
    ['iss with a user part', 'iss "http', withIssuer((iss) => iss.replace('://', '://x@'))],
    ['iss with dots that lead back', 'exactly', withIssuer((iss) => iss.replace('/oidc', '/x/../oidc'))],
    ['iss with a look-alike letter', '\\u043e', withIssuer((iss) => iss.replace('o', '\u043e'))],
    ['iss as a list', 'iss ["http', withIssuer((iss) => [iss])],
    ['iss as an object', 'iss {"0":"http', withIssuer((iss) => ({ 0: iss }))],
  ]),
];

const BAD_KEYS: readonly BadToken[] = [
  ...refused('names a key that its issuer does not publish', 2, [
    ['a kid that the issuer does not publish', 'kid "unknown"', { header: { kid: 'unknown' } }],
    ['a kid that is an address', 'kid "https://mallory.example/', { header: { kid: 'https://mallory.example/key' } }],
    ['a kid that is a property of every object', 'kid "__proto__"', { header: { kid: '__proto__' } }],
    [
      'a key of its own, by its own id',
      'kid "x"',
      { header: { kid: 'x', jwk: { ...OTHER_JWK, kid: 'x' } }, key: 'other' },
    ],
  ]),
  ...refused('has a signature that is not from its issuer', 1, [
    ['signed by another key', 'RS256 by the key', { key: 'other' }],
    ['signed by a key that it brings along', 'RS256 by the key', { header: { jwk: OTHER_JWK }, key: 'other' }],
    [
      'signed by a key that it names by address',
      'RS256 by the key',
      { header: { jku: OTHER_WORKSPACE }, key: 'other' },
    ],
    [
      'signed by a certificate that it brings along',
      'RS256 by the key',
      { header: { x5c: [OTHER_DER], x5u: 'https://mallory.example/x' }, key: 'other' },
    ],
    ['signed with the padding of PS256', 'RS256 by the key', { key: 'pss' }],
    ['a signature of nothing but zeros', 'RS256 by the key', withSignature(({ length }) => Buffer.alloc(length))],
    ['a signature that is cut', 'RS256 by the key', withSignature((signature) => signature.subarray(1))],
    ['a signature that goes on', 'RS256 by the key', withSignature((bytes) => Buffer.concat([bytes, bytes]))],
    [
      'claims changed after signing',
      'RS256 by the key',
      async (mint) => {
        const [header, , signature] = parts(await mint());
        return [header, parts(await mint({ claims: { branchName: 'release' } }))[1], signature].join('.');
      },
    ],
  ]),
];

export const BAD_TOKENS: readonly BadToken[] = [
  ...[...BAD_SHAPES, ...BAD_HEADERS, ...BAD_ISSUERS, ...BAD_KEYS],
  // The keys were asked for once, and the signature held.
  ...BAD_CLAIMS.flatMap(({ message, cases }) => refused(message, 1, cases)),
];
