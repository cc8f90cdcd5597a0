import { generateKeyPairSync } from 'node:crypto';
import fc from 'fast-check';
import { readKeySet } from '../../../src/identity/index.ts';
import { bindToken, verifyPkToken } from '../../../src/openpubkey/index.ts';
import { readTrust } from '../../../src/record/index.ts';
import { createKeySigner } from '../../../src/signing/index.ts';
import { openSigned, readPolicyKey } from '../../../src/sources/signed.ts';
import { CompactSign } from 'jose';
import { isDeepStrictEqual } from 'node:util';
import { makeIssuer } from '../../openpubkey/support/issuer.ts';
import { hostileText, mutatedBytes, mutatedText, mutatedValue } from '../support/hostile.ts';
import { Find, judgeText } from '../support/judge.ts';
import { unremembered } from '../support/secrets.ts';
import { defineTarget } from '../support/target.ts';
import { write } from '../support/world.ts';

const EC = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const RSA = generateKeyPairSync('rsa', { modulusLength: 2048 });
const PEM = EC.publicKey.export({ type: 'spki', format: 'pem' }).toString();
const PRIVATE = EC.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
const JWK = { ...EC.publicKey.export({ format: 'jwk' }), kid: 'k' };
const RSA_JWK = { ...RSA.publicKey.export({ format: 'jwk' }), kid: 'r', use: 'sig', alg: 'RS256' };
const { keyId } = createKeySigner(PRIVATE);
const LIST = [
  {
    keyid: keyId,
    jwk: EC.publicKey.export({ format: 'jwk' }),
    mode: 'key',
    environments: ['production'],
    validFor: { start: '2026-01-01T00:00:00Z', end: '2027-01-01T00:00:00Z' },
  },
];
const ARCHIVE = { 'https://issuer.example': { keys: [RSA_JWK] } };
const PRIVATE_JWK = EC.privateKey.export({ format: 'jwk' });
const SIGNING = [
  PRIVATE,
  PRIVATE.replaceAll('\n', '\\n'),
  Buffer.from(PRIVATE).toString('base64'),
  JSON.stringify(PRIVATE_JWK),
];

interface Input {
  readonly text: string;
  readonly reader: number;
}

const READERS: readonly ((text: string) => unknown)[] = [
  (text) => readTrust({ publicKey: text }),
  (text) => readTrust({ keyList: text }),
  (text) => readTrust({ issuerKeys: text }),
  (text) => readPolicyKey(text),
  (text) => {
    const key = createKeySigner(unremembered(text));
    if (key.publicKeyPem !== PEM) throw new Find('another key than any that was given');
  },
  (text) => readKeySet(parse(text)),
];

function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

export const keys = defineTarget<Input>({
  name: 'keys',
  runs: 3000,
  inputs: fc.record({
    text: fc.oneof(
      mutatedText([PEM, JSON.stringify(JWK), JSON.stringify(LIST), ...SIGNING]),
      mutatedValue([JWK, { keys: [JWK, RSA_JWK] }, LIST, LIST, ARCHIVE, RSA_JWK]).map(write),
      hostileText,
    ),
    reader: fc.nat(READERS.length - 1),
  }),
  run: ({ text, reader }) => READERS[reader]?.(text),
});

const ISSUER = makeIssuer();
const CLAIMS = { iss: 'https://issuer.example', aud: 'x', sub: 's', iat: 1_764_000_000, exp: 1_764_003_600 };
const PK_TOKEN = bindToken({
  ...{
    token: ISSUER.issue(CLAIMS),
    issuerKey: ISSUER.issuerKey,
    privateKey: EC.privateKey,
    statementDigest: 'a'.repeat(64),
  },
});

const TEXTS = [PK_TOKEN.payload, ...PK_TOKEN.signatures.flatMap(({ protected: head, signature }) => [head, signature])];

/** Other bytes in the place of one of its texts, in the one way in which they are written. */
const otherBytes = fc.nat(TEXTS.length - 1).chain((place) => {
  const text = TEXTS[place] ?? '';
  return mutatedBytes([Buffer.from(text, 'base64url')]).map((bytes): unknown =>
    JSON.parse(JSON.stringify(PK_TOKEN).replace(text, Buffer.from(bytes).toString('base64url'))),
  );
});

export const pkTokens = defineTarget<unknown>({
  name: 'pk-tokens',
  runs: 2000,
  inputs: fc.oneof(mutatedValue([PK_TOKEN]), otherBytes),
  run(token) {
    const verified = verifyPkToken(token, ISSUER.issuerKey);
    if ('refusal' in verified) judgeText(verified.refusal);
    else if (!isDeepStrictEqual(token, JSON.parse(JSON.stringify(PK_TOKEN))))
      throw new Find('a changed proof was verified');
  },
});

const POLICY_KEY = await readPolicyKey(PEM);
const JWS = await new CompactSign(Buffer.from('version: 1\n'))
  .setProtectedHeader({ alg: 'ES256', typ: 'deploy-policy+jws', serial: 7, kid: POLICY_KEY.spkiSha256 })
  .sign(EC.privateKey);

export const signedPolicies = defineTarget<string>({
  name: 'signed-policies',
  runs: 2000,
  inputs: mutatedText([JWS]),
  async run(text) {
    await openSigned(Buffer.from(text), POLICY_KEY, { where: 'policy.yml' });
    // White space around it is taken off before anything is looked at.
    if (text.trim().replace(/^\ufeff/, '') !== JWS) throw new Find('a policy that was changed was opened');
  },
});
