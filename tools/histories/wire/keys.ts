import { createHash, createPrivateKey, createPublicKey, generateKeyPairSync, sign, type KeyObject } from 'node:crypto';
import type { IssuerRsaKey } from '../../../src/openpubkey/index.ts';
import { makeHolder, TIME_STAMPING, toPem, type Holder } from '../../../src/sandbox/tsa/certificate.ts';
import { attributesOf, encodeGranted, encodeInfo, encodeToken } from '../../../src/sandbox/tsa/token.ts';
import { createKeySigner } from '../../../src/signing/index.ts';
import type { Signer } from '../../../src/signing/types.ts';
import { DAY, SECOND } from '../life.ts';

/** An issuer of tokens, with the key that it signs by now. The sandbox's own has the same members. */
export interface TokenIssuer {
  readonly url: string;
  readonly keyId: string;
  readonly privateKey: KeyObject;
}

/** Private halves, as texts: they pass from one process to another. */
export interface KeyTexts {
  readonly issuer: { readonly url: string; readonly keyId: string; readonly pem: string };
  /** Of a key service; a stored one; and one that is in no list. */
  readonly managed: string;
  readonly stored: string;
  readonly strange: string;
}

/** All that records are signed by, and what a verifier is given. */
export interface HistoryKeys {
  readonly texts: KeyTexts;
  readonly issuer: TokenIssuer & { readonly publicKey: IssuerRsaKey };
  /** Another key of the issuer's, which no archive has. */
  readonly lostIssuerKey: TokenIssuer & { readonly publicKey: IssuerRsaKey };
  readonly managed: Signer;
  readonly stored: Signer;
  readonly strange: Signer;
  /** A timestamp of a signature, by an authority whose clock says `at`. */
  readonly stamp: (at: number) => (signature: Uint8Array) => Promise<Uint8Array>;
  readonly trust: Readonly<Record<'keyList' | 'issuerKeys' | 'tsa', string>>;
}

const VAULT_KEY = 'https://vault.example.com/v1/transit/keys/deploy/1';
/** From then on keys and authorities are good. */
const START = Date.UTC(2026, 0, 1);

/** New keys, and an issuer's: the sandbox's own, or one of {@link makeIssuer}. */
export function makeKeys(issuer: TokenIssuer): HistoryKeys {
  const pem = issuer.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  return readKeys({
    issuer: { url: issuer.url, keyId: issuer.keyId, pem },
    ...{ managed: makePem(), stored: makePem(), strange: makePem() },
  });
}

/** A new issuer, of 2048 bits as Bitbucket's. */
export function makeIssuer(url: string, keyId = 'history-key'): TokenIssuer {
  return { url, keyId, privateKey: generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey };
}

export function readKeys(texts: KeyTexts): HistoryKeys {
  const managed: Signer = { ...createKeySigner(texts.managed), name: 'vault', keyUri: VAULT_KEY };
  const [stored, strange] = [createKeySigner(texts.stored), createKeySigner(texts.strange)];
  const issuer = withPublic(texts.issuer.url, texts.issuer.keyId, createPrivateKey(texts.issuer.pem));
  const { root, stamp } = makeAuthority();
  const validFor = { start: new Date(START).toISOString() };
  const list = [
    { keyid: managed.keyId, pem: managed.publicKeyPem, mode: 'vault', validFor },
    { keyid: stored.keyId, pem: stored.publicKeyPem, mode: 'key', validFor },
  ];
  return {
    ...{ texts, issuer, managed, stored, strange, stamp },
    lostIssuerKey: withPublic(texts.issuer.url, 'lost-key', makeIssuer('').privateKey),
    trust: {
      keyList: JSON.stringify(list),
      issuerKeys: JSON.stringify({ [issuer.url]: { keys: [{ kty: 'RSA', ...issuer.publicKey }] } }),
      tsa: toPem(root.certificate),
    },
  };
}

function makePem(): string {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
}

function withPublic(url: string, keyId: string, privateKey: KeyObject): HistoryKeys['issuer'] {
  const { n = '', e = '' } = createPublicKey(privateKey).export({ format: 'jwk' });
  return { url, keyId, privateKey, publicKey: { kid: keyId, n, e } };
}

function makeAuthority(): { readonly root: Holder; readonly stamp: HistoryKeys['stamp'] } {
  const validity = { notBefore: START, notAfter: START + 3650 * DAY };
  const root = makeHolder({ subject: 'History Root', ...validity, ca: {} });
  const usage = { critical: true, purposes: [TIME_STAMPING] };
  const signer = makeHolder({ subject: 'History TSA', issuer: root, ...validity, usage });
  let serial = 0;
  const stamp: HistoryKeys['stamp'] = (at) => (signature) => {
    const imprint = createHash('sha256').update(signature).digest();
    const info = encodeInfo({ imprint, serial: (serial += 1), at: Math.floor(at / SECOND) * SECOND });
    const token = encodeToken(info, signer, [signer.certificate], attributesOf(info, signer));
    return Promise.resolve(new Uint8Array(encodeGranted(token)));
  };
  return { root, stamp };
}

/** A token of a step in RS256. */
export function signToken({ keyId, privateKey }: TokenIssuer, claims: object): string {
  const parts = [{ alg: 'RS256', typ: 'JWT', kid: keyId }, claims];
  const input = parts.map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.');
  return `${input}.${sign('sha256', Buffer.from(input), privateKey).toString('base64url')}`;
}
