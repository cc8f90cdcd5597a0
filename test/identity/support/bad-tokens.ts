import type { ErrorCode } from '../../../src/errors.ts';
import { encode, type Mint, type Overrides } from './mint.ts';

/** A token that must be refused; `make` may ask for as many good ones as it needs. */
export interface BadToken {
  readonly name: string;
  readonly code: ErrorCode;
  /** Part of what the error says. */
  readonly text: string;
  /** Requests that reach the issuer: none before it is known to be the expected one. */
  readonly requests: number;
  readonly make: (mint: Mint) => Promise<string>;
}

const OTHER_UUID = '{ffffffff-0000-4000-8000-000000000000}';
const OTHER_WORKSPACE = 'https://api.bitbucket.org/2.0/workspaces/mallory/pipelines-config/identity/oidc';

const invalid = (name: string, text: string, requests: number, make: BadToken['make']): BadToken => ({
  ...{ name, text, requests, make },
  code: 'TOKEN_INVALID',
});
const minted = (name: string, text: string, requests: number, overrides: Overrides): BadToken =>
  invalid(name, text, requests, (mint) => mint(overrides));
/** Refused by its shape, header or issuer: nothing is asked of the network. */
const shape = (name: string, text: string, change: (token: string) => string): BadToken =>
  invalid(name, text, 0, async (mint) => change(await mint()));
const header = (name: string, text: string, fields: Overrides['header'], key?: Overrides['key']): BadToken =>
  minted(name, text, 0, { ...(fields ? { header: fields } : {}), ...(key ? { key } : {}) });
const issuer = (name: string, text: string, change: (iss: string) => unknown): BadToken =>
  minted(name, text, 0, { claims: (good) => ({ iss: change(String(good['iss'])) }) });
/** Refused after the signature held: the keys were asked for once. */
const claims = (name: string, text: string, change: Overrides['claims'] | readonly string[]): BadToken =>
  minted(
    name,
    text,
    1,
    Array.isArray(change) ? { remove: change } : { claims: change as Overrides['claims'] & object },
  );

const at = (field: string, offset: number) => (good: Readonly<Record<string, unknown>>) => ({
  [field]: Number(good['iat']) + offset,
});
const parts = (token: string): [string, string, string] => token.split('.') as [string, string, string];

export const BAD_TOKENS: readonly BadToken[] = [
  shape('two segments', 'got:    2 segments', (token) => token.split('.').slice(0, 2).join('.')),
  shape('four segments', 'got:    4 segments', (token) => `${token}.AAAA`),
  shape('a word', 'is not a compact JWT', () => 'token'),
  shape('an empty signature', 'each base64url and not empty', (token) => `${parts(token).slice(0, 2).join('.')}.`),
  shape('padding', 'is not a compact JWT', (token) => `${token}==`),
  shape('white space around it', 'is not a compact JWT', (token) => `${token}\n`),
  shape('a signature that is not canonical base64url', 'is not a compact JWT', (token) => {
    const last = token.at(-1) ?? '';
    // 256 bytes leave four spare bits in the last character: A, Q, g or w are canonical, the next letter is not.
    return `${token.slice(0, -1)}${String.fromCharCode(last.charCodeAt(0) + 1)}`;
  }),
  shape('more than 16 KiB', 'is too large', (token) => `${token}${'A'.repeat(16 * 1024)}`),
  shape('a header that is not JSON', 'has a header that is not a JSON object', (token) => {
    return [encode('{alg'), ...parts(token).slice(1)].join('.');
  }),
  shape('a header that is a list', 'has a header that is not a JSON object', (token) => {
    return [encode(['RS256']), ...parts(token).slice(1)].join('.');
  }),
  shape('a payload that is not JSON', 'has a payload that is not a JSON object', (token) => {
    return [parts(token)[0], encode('null'), parts(token)[2]].join('.');
  }),
  shape('a payload that is not UTF-8', 'has a payload that is not a JSON object', (token) => {
    return [parts(token)[0], Buffer.from([0x7b, 0xff, 0x7d]).toString('base64url'), parts(token)[2]].join('.');
  }),
  invalid('alg none with a signature', 'alg "none"', 0, (mint) => mint({ header: { alg: 'none' } })),
  header('alg None without a signature', 'each base64url and not empty', { alg: 'None' }, 'none'),
  header('alg HS256 with the public key as secret', 'alg "HS256"', { alg: 'HS256' }, 'hmac'),
  header('alg ES256', 'alg "ES256"', { alg: 'ES256' }),
  header('alg PS256', 'alg "PS256"', { alg: 'PS256' }),
  header('alg rs256 in small letters', 'alg "rs256"', { alg: 'rs256' }),
  header('alg as a list', 'alg ["RS256"]', { alg: ['RS256'] }),
  header('no alg', 'alg nothing', { alg: undefined }),
  header('crit', 'demands an extension', { crit: ['exp'] }),
  header('crit that is null', 'demands an extension', { crit: null }),
  header('no kid', 'does not name its key', { kid: undefined }),
  header('an empty kid', 'does not name its key', { kid: '' }),
  header('a kid that is a number', 'kid 7', { kid: 7 }),
  minted('a kid that the issuer does not publish', 'does not publish', 2, { header: { kid: 'unknown' } }),
  minted('a kid that is an address', 'does not publish', 2, { header: { kid: 'https://mallory.example/key' } }),
  minted('no iss', 'iss nothing', 0, { remove: ['iss'] }),
  issuer('another workspace of Bitbucket', 'another Bitbucket workspace ("mallory")', () => OTHER_WORKSPACE),
  issuer('iss with a trailing slash', 'is from another issuer', (iss) => `${iss}/`),
  issuer('iss in other case', 'is from another issuer', (iss) => iss.replace('http', 'HTTP')),
  issuer('iss with a suffix', 'is from another issuer', (iss) => `${iss}-x`),
  issuer('iss that is a prefix', 'is from another issuer', (iss) => iss.slice(0, -1)),
  issuer('iss on another host', 'is from another issuer', (iss) => `https://mallory.example/${iss}`),
  issuer('iss with a user part', 'is from another issuer', (iss) => iss.replace('://', '://x@')),
  issuer('iss as a list', 'is from another issuer', (iss) => [iss]),
  minted('signed by another key', 'is not from its issuer', 1, { key: 'other' }),
  minted('its own key in the header', 'is not from its issuer', 1, {
    header: { jwk: { kty: 'RSA' }, jku: 'https://mallory.example/keys.json', x5u: 'https://mallory.example/x' },
    key: 'other',
  }),
  invalid('claims changed after signing', 'is not from its issuer', 1, async (mint) => {
    const [head, , signature] = parts(await mint());
    const [, payload] = parts(await mint({ claims: { repositoryUuid: OTHER_UUID } }));
    return [head, payload, signature].join('.');
  }),
  claims('no aud', 'aud nothing', ['aud']),
  claims('the default audience of Bitbucket', "audiences: ['", { aud: 'ari:cloud:bitbucket::workspace/x' }),
  claims('an audience with a suffix', 'another audience', ({ aud }) => ({ aud: [`${String(aud)}/`] })),
  claims('an empty list of audiences', 'aud []', { aud: [] }),
  claims('a number among the audiences', 'another audience', ({ aud }) => ({ aud: [...[aud].flat(), 7] })),
  claims('no iat', 'no usable iat', ['iat']),
  claims('no exp', 'no usable exp', ['exp']),
  claims('exp as text', 'no usable exp', { exp: '4102444800' }),
  claims('iat as text', 'no usable iat', { iat: '1' }),
  claims('exp beyond all dates', 'no usable exp', { exp: 1e300 }),
  claims('expired two minutes ago', 'has expired', ({ iat }) => ({ iat: Number(iat) - 3600, exp: Number(iat) - 120 })),
  claims('iat two minutes ahead', 'from the future', at('iat', 120)),
  claims('nbf two minutes ahead', 'from the future', at('nbf', 120)),
  claims('nbf as text', 'no usable nbf', { nbf: 'soon' }),
  claims('exp before iat', 'ends before it begins', at('exp', -1)),
  claims('a life of two days', 'lives too long', at('exp', 2 * 24 * 3600)),
  ...['workspaceUuid', 'repositoryUuid', 'stepUuid'].flatMap((name) => [
    claims(`no ${name}`, `claim ${name}: got nothing; wanted a UUID`, [name]),
    claims(`an empty ${name}`, `claim ${name}: got ""; wanted a UUID`, { [name]: '' }),
    claims(`${name} of another step's token`, `claim ${name} is "${OTHER_UUID}"; variable BITBUCKET_`, {
      [name]: OTHER_UUID,
    }),
  ]),
  claims('a workspaceUuid with half its braces', 'claim workspaceUuid: got "{', ({ workspaceUuid }) => ({
    workspaceUuid: String(workspaceUuid).replace('}', ''),
  })),
  claims('a repositoryUuid in a list', 'claim repositoryUuid: got ["', ({ repositoryUuid }) => ({
    repositoryUuid: [repositoryUuid],
  })),
  claims('a look-alike letter in the UUID', '\\u0435', ({ repositoryUuid }) => ({
    repositoryUuid: String(repositoryUuid).replace(/[0-9a-f]/, '\u0435'),
  })),
  claims('neither pipelineUuid nor pipelineRunUuid', 'claim pipelineUuid: got nothing', [
    'pipelineUuid',
    'pipelineRunUuid',
  ]),
  claims('a pipelineUuid of another pipeline', 'claim pipelineUuid is', {
    pipelineUuid: OTHER_UUID,
    pipelineRunUuid: undefined,
  }),
  claims('a branchName that is a list', 'claim branchName: got ["main"]; wanted a text', { branchName: ['main'] }),
];
