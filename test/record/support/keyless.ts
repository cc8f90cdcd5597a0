import { createHash, type KeyObject } from 'node:crypto';
import { bindToken } from '../../../src/openpubkey/index.ts';
import { buildStatement, readTrust, signRecord } from '../../../src/record/index.ts';
import type { RecordFacts, SignedRecord, Statement } from '../../../src/record/types.ts';
import type { VerifiedIdentity } from '../../../src/identity/types.ts';
import { createKeylessSigner, createKeySigner } from '../../../src/signing/index.ts';
import type { Signer } from '../../../src/signing/types.ts';
import { makeIssuer, type Issuer } from '../../openpubkey/support/issuer.ts';
import { makeFacts } from './facts.ts';
import { pae, payloadText, type OpenStatement } from './records.ts';

export const ISSUER = makeIssuer();
export const ISSUER_NAME = 'https://api.bitbucket.org/2.0/workspaces/acme/pipelines-config/identity/oidc';
/** The token's life; the sample records lie within it. */
export const ISSUED_AT = Date.UTC(2026, 10, 23, 11, 59);
export const EXPIRES_AT = Date.UTC(2026, 10, 23, 12, 59);
export const CLAIMS = {
  iss: ISSUER_NAME,
  aud: ['https://vercel.com/api/login/oauth/token', 'ari:cloud:bitbucket::workspace/acme'],
  sub: '{repo}:{step}',
  repositoryUuid: '{11111111-1111-4111-8111-111111111111}',
  branchName: 'main',
  iat: ISSUED_AT / 1000,
  exp: EXPIRES_AT / 1000,
};

/** A step: its token, the identity that it proves, and a signer that is bound to it. */
export interface Step {
  readonly signer: Signer & Pick<Required<Signer>, 'binding'>;
  readonly identity: VerifiedIdentity;
}

export function startStep(claims: Readonly<Record<string, unknown>> = CLAIMS, issuer: Issuer = ISSUER): Step {
  const token = issuer.issue(claims);
  const texts = Object.entries(claims).filter(([, value]) => typeof value === 'string');
  const identity = {
    ...makeFacts({} as Signer).identity,
    issuer: String(claims['iss']),
    keyId: issuer.issuerKey.kid,
    issuerKey: issuer.issuerKey,
    audience: claims['aud'] as readonly string[],
    claims: Object.fromEntries(texts) as Readonly<Record<string, string>>,
    issuedAt: Number(claims['iat']) * 1000,
    expiresAt: Number(claims['exp']) * 1000,
    tokenDigest: createHash('sha256').update(token.reveal()).digest('hex'),
  };
  const signer = createKeylessSigner({ token, issuer: identity.issuer, issuerKey: issuer.issuerKey });
  return { signer, identity };
}

export const STEP = startStep();

/** Bound to other tokens by a key that its holder kept: what no run of ours does. */
export function startWithKey(key: KeyObject, claims: Readonly<Record<string, unknown>>): Step {
  const { identity } = startStep(claims);
  const [token, { issuerKey }] = [ISSUER.issue(claims), ISSUER];
  const signer = {
    ...createKeySigner(key.export({ type: 'pkcs8', format: 'pem' }).toString()),
    name: 'keyless' as const,
    binding: {
      ...{ issuer: identity.issuer, issuerKey },
      bind: (statementDigest: string) => bindToken({ token, issuerKey, privateKey: key, statementDigest }),
    },
  };
  return { signer, identity };
}

type Timestamp = (signature: Uint8Array) => Promise<Uint8Array>;

export function stateOf(step: Step, changes: Partial<RecordFacts> = {}): Statement {
  return buildStatement(makeFacts(step.signer, { identity: step.identity, ...changes }));
}

export function makeKeyless(
  changes: Partial<RecordFacts> = {},
  step: Step = STEP,
  timestamp?: Timestamp,
): Promise<SignedRecord> {
  return signRecord(stateOf(step, changes), step.signer, timestamp);
}

/** The archive as `COMMAND: doctor` writes it. */
export function writeArchive(sets: Readonly<Record<string, readonly Issuer[]>>): string {
  const toSet = (issuers: readonly Issuer[]): object => ({
    keys: issuers.map(({ issuerKey }) => ({ kty: 'RSA', use: 'sig', alg: 'RS256', ...issuerKey })),
  });
  return JSON.stringify(Object.fromEntries(Object.entries(sets).map(([name, issuers]) => [name, toSet(issuers)])));
}

export const ARCHIVE = writeArchive({ [ISSUER_NAME]: [ISSUER] });
export const KEYLESS_TRUST = readTrust({ issuerKeys: ARCHIVE });

/** The bundle of any text, signed by this signer and looked at by nobody. */
export async function signText(text: string, signer: Signer): Promise<string> {
  const payload = Buffer.from(text);
  const sig = Buffer.from(await signer.sign(pae(payload))).toString('base64');
  return JSON.stringify({
    mediaType: 'application/vnd.dev.sigstore.bundle.v0.3+json',
    verificationMaterial: { publicKey: { hint: signer.keyId }, tlogEntries: [] },
    dsseEnvelope: {
      payload: payload.toString('base64'),
      payloadType: 'application/vnd.in-toto+json',
      signatures: [{ keyid: signer.keyId, sig }],
    },
  });
}

export const parsePayload = (bundleJson: string): OpenStatement => JSON.parse(payloadText(bundleJson)) as OpenStatement;

/** Changed after the proof was made, and signed by the key of the proof. */
export function changeSigned(
  record: SignedRecord,
  edit: (statement: OpenStatement) => unknown,
  { signer }: Step = STEP,
): Promise<string> {
  const statement = parsePayload(record.bundleJson);
  edit(statement);
  return signText(JSON.stringify(statement), signer);
}

/** Changed before the proof was made: as someone does it who holds the token and tells something else. */
export function changeBound(
  edit: (statement: OpenStatement) => unknown,
  { signer, identity }: Step = STEP,
): Promise<string> {
  const statement = JSON.parse(JSON.stringify(stateOf({ signer, identity }))) as OpenStatement;
  edit(statement);
  const digest = createHash('sha256').update(JSON.stringify(statement)).digest('hex');
  Object.assign(statement.predicate.oidc, {
    proof: { type: 'openpubkey-gq256', pkToken: signer.binding.bind(digest) },
  });
  return signText(JSON.stringify(statement), signer);
}
