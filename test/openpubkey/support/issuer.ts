import { generateKeyPairSync, sign, type KeyObject } from 'node:crypto';
import type { IssuerRsaKey } from '../../../src/openpubkey/index.ts';
import { Secret } from '../../../src/secret.ts';

export const CLAIMS = {
  iss: 'https://api.bitbucket.org/2.0/workspaces/acme/pipelines-config/identity/oidc',
  aud: 'https://vercel.com/api/login/oauth/token',
  sub: '{1c1d1c84-2d1b-4d25-8a05-1bfe5b1ae9c3}:{6f2b0e1e-8a4c-4a0b-9a43-8f2c1e7d5b10}',
  stepUuid: '{6f2b0e1e-8a4c-4a0b-9a43-8f2c1e7d5b10}',
  iat: 1_764_000_000,
  exp: 1_764_003_600,
};
export const STATEMENT = 'ab'.repeat(32);

export interface Issuer {
  readonly issuerKey: IssuerRsaKey;
  readonly publicKey: KeyObject;
  /** A compact token with these claims. Members of the header that are undefined are left out. */
  issue(claims?: object, header?: object): Secret;
}

export function makeIssuer(modulusLength = 2048, publicExponent = 65537): Issuer {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength, publicExponent });
  const { n = '', e = '' } = publicKey.export({ format: 'jwk' });
  return {
    issuerKey: { kid: 'key-1', n, e },
    publicKey,
    issue(claims = CLAIMS, header = {}) {
      const signed = `${encode({ kid: 'key-1', typ: 'JWT', alg: 'RS256', ...header })}.${encode(claims)}`;
      return new Secret(`${signed}.${sign('sha256', Buffer.from(signed), privateKey).toString('base64url')}`);
    },
  };
}

export function makeUserKey(): KeyObject {
  return generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
}

export function encode(value: unknown): string {
  return Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url');
}
