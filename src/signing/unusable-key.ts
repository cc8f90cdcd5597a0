import { PipeError } from '../errors.ts';

const FIX = [
  'Make one, and keep it as a secured variable of the deployment environment:',
  '  openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 | base64 -w0',
].join('\n');

/** @param got what kind of thing was given; never a part of its text. */
export function unusableKey(got: string): PipeError {
  return new PipeError({
    code: 'SIGNING_KEY_INVALID',
    message: 'SIGNING_KEY cannot sign records.',
    got,
    wanted: 'an EC P-256 private key, unencrypted: JWK or PKCS#8 PEM, plain or in base64',
    fix: FIX,
  });
}
