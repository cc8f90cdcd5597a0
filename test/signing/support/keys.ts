import { generateKeyPairSync } from 'node:crypto';

/** RFC 6979, appendix A.2.5: a P-256 key that everyone can look up. */
export const KNOWN_JWK = {
  kty: 'EC',
  crv: 'P-256',
  x: 'YP7UuiVanTHJYet0xjVtaMBJuJI7Yfps5mliLmDyn7Y',
  y: 'eQP-EAi4vJmkGunpVii8ZPLxsgwtfp9Rd6PClNRGIpk',
  d: 'ya-p2EW6dRZrXCFXZ7HWk05Qw9s26JsSe4piKxIPZyE',
};
/** Computed outside the project, by Python's hashlib over the RFC 5656 blob and the RFC 7638 JSON of that key. */
export const KNOWN_KEY_ID = 'SHA256:hfuNWmjIYvsBGZ6dpCLTTAEa5LxbZABRHHVoynAxFlo';
export const KNOWN_THUMBPRINT = 'DOvxvJiAdIqVWIkFt5hDtCunXLF0BV4-JGv4f-ALSm0';

/** A P-256 pair in every form that the signer takes. */
export function makeKeyPair(namedCurve = 'P-256'): { jwk: string; pkcs8: string; sec1: string; publicPem: string } {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve });
  return {
    jwk: JSON.stringify(privateKey.export({ format: 'jwk' })),
    pkcs8: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    sec1: privateKey.export({ type: 'sec1', format: 'pem' }).toString(),
    publicPem: publicKey.export({ type: 'spki', format: 'pem' }).toString(),
  };
}

export function base64(text: string): string {
  return Buffer.from(text).toString('base64');
}
