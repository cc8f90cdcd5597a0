import { isDeepStrictEqual } from 'node:util';
import { createHash, generateKeyPairSync, sign } from 'node:crypto';
import fc from 'fast-check';
import { buildStatement, readTrust, signRecord, verifyRecord, type Trust } from '../../../src/record/index.ts';
import type { SignedRecord } from '../../../src/record/types.ts';
import { toPem } from '../../../src/sandbox/tsa/certificate.ts';
import { createKeylessSigner, createKeySigner } from '../../../src/signing/index.ts';
import type { Signer } from '../../../src/signing/types.ts';
import { sampleFacts, sampleIdentity } from '../../../tools/bench/sample-record.ts';
import { makeIssuer } from '../../openpubkey/support/issuer.ts';
import { makeStamp, ROOT } from '../../record/support/timestamps.ts';
import { mutatedText, mutatedValue } from '../support/hostile.ts';
import { Find, judgeLine } from '../support/judge.ts';
import { defineTarget } from '../support/target.ts';
import { write } from '../support/world.ts';

const START = Date.UTC(2026, 10, 23, 12);
const ISSUER_NAME = 'https://api.bitbucket.org/2.0/workspaces/acme/pipelines-config/identity/oidc';
const MANIFEST = '{"version":1,"entries":[]}\n';
const ISSUER = makeIssuer();
const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const KEY = createKeySigner(privateKey.export({ type: 'pkcs8', format: 'pem' }).toString());
const { issuerKey } = ISSUER;
const { claims, describe } = sampleIdentity(ISSUER_NAME, issuerKey, 1);
const TOKEN = ISSUER.issue(claims);
const KEYLESS = createKeylessSigner({ token: TOKEN, issuer: ISSUER_NAME, issuerKey });
const ARCHIVE = JSON.stringify({ [ISSUER_NAME]: { keys: [{ kty: 'RSA', ...issuerKey }] } });
const LIST = JSON.stringify([
  {
    ...{ keyid: KEY.keyId, jwk: publicKey.export({ format: 'jwk' }), mode: 'key' },
    validFor: { start: '2026-01-01T00:00:00Z' },
  },
]);

const stamp = (signature: Uint8Array): Promise<Uint8Array> =>
  Promise.resolve(
    makeStamp({ info: { imprint: createHash('sha256').update(signature).digest(), at: START + 60_000 } }),
  );

/** A result with its intent and its manifest, as a folder holds them. */
interface Sample {
  readonly trust: Trust;
  readonly result: SignedRecord;
  readonly intent: SignedRecord;
  readonly signer: Signer;
}

async function makeSample(signer: Signer, trust: Trust, timestamp?: typeof stamp): Promise<Sample> {
  const facts = {
    ...sampleFacts(signer, describe(TOKEN.reveal()), 1),
    manifest: {
      digest: createHash('sha256').update(MANIFEST).digest('hex'),
      entries: [],
      functions: [],
      totalBytes: 7,
    },
  };
  const before = {
    ...facts,
    phase: 'intent',
    intentDigest: undefined,
    outcome: undefined,
    deployment: undefined,
  } as const;
  const intent = await signRecord(buildStatement({ ...before, ending: undefined }), signer, timestamp);
  const intentDigest = createHash('sha256').update(payloadOf(intent.bundleJson)).digest('hex');
  return {
    trust,
    signer,
    intent,
    result: await signRecord(buildStatement({ ...facts, intentDigest }), signer, timestamp),
  };
}

function payloadOf(bundle: string): Buffer {
  return Buffer.from((JSON.parse(bundle) as Bundle).dsseEnvelope.payload, 'base64');
}

interface Bundle {
  readonly dsseEnvelope: { payload: string; signatures: { sig: string }[] };
}

const TSA = toPem(ROOT.certificate);
const SAMPLES = [
  await makeSample(KEY, readTrust({ keyList: LIST })),
  await makeSample(
    KEY,
    readTrust({ publicKey: publicKey.export({ type: 'spki', format: 'pem' }).toString(), tsa: TSA }),
    stamp,
  ),
  await makeSample(KEYLESS, readTrust({ issuerKeys: ARCHIVE, tsa: TSA }), stamp),
];

/** Another payload under the true key: whoever has that may say what he likes, and what stops him is only the shape. */
function resign(bundleJson: string, payload: string): string {
  const bundle = JSON.parse(bundleJson) as Bundle;
  const bytes = Buffer.from(payload);
  const type = 'application/vnd.in-toto+json';
  const head = `DSSEv1 ${String(type.length)} ${type} ${String(bytes.length)} `;
  bundle.dsseEnvelope.payload = bytes.toString('base64');
  const [signature] = bundle.dsseEnvelope.signatures;
  if (signature)
    signature.sig = sign('sha256', Buffer.concat([Buffer.from(head), bytes]), privateKey).toString('base64');
  return JSON.stringify(bundle);
}

interface Input {
  readonly sample: number;
  readonly bundle: string;
  /** Bytes of someone else than the signer's. */
  readonly foreign: boolean;
  readonly intent?: string | undefined;
  readonly manifest?: string | undefined;
}

const inputs = fc.nat(SAMPLES.length - 1).chain((sample): fc.Arbitrary<Input> => {
  const { result, intent, signer } = SAMPLES[sample] as Sample;
  const parse = (text: string): unknown => JSON.parse(text) as unknown;
  const foreign = fc.oneof(
    mutatedText([result.bundleJson]),
    mutatedValue([parse(result.bundleJson)]).map(write),
    mutatedValue([parse(payloadOf(result.bundleJson).toString())]).map((statement) => {
      const bundle = JSON.parse(result.bundleJson) as Bundle;
      bundle.dsseEnvelope.payload = Buffer.from(write(statement)).toString('base64');
      return JSON.stringify(bundle);
    }),
  );
  const own = mutatedValue([parse(payloadOf(result.bundleJson).toString())]).map((statement) =>
    resign(result.bundleJson, write(statement)),
  );
  const changed = foreign.map((bundle) => ({ sample, bundle, foreign: true }));
  const companions = fc.record({
    ...{ sample: fc.constant(sample), bundle: fc.constant(result.bundleJson), foreign: fc.constant(true) },
    intent: fc.option(
      fc.oneof(
        mutatedText([intent.bundleJson, result.bundleJson]),
        mutatedValue([parse(intent.bundleJson)]).map(write),
      ),
      { nil: undefined },
    ),
    manifest: fc.option(mutatedText([MANIFEST]), { nil: undefined }),
  });
  if (signer === KEYLESS) return fc.oneof(changed, companions);
  return fc.oneof(
    changed,
    companions,
    own.map((bundle) => ({ sample, bundle, foreign: false })),
  );
});

export const records = defineTarget<Input>({
  name: 'records',
  runs: 3000,
  inputs,
  run({ sample, bundle, foreign, intent, manifest }) {
    const { trust, result, intent: before } = SAMPLES[sample] as Sample;
    const companions = {
      ...(intent === undefined ? {} : { intentText: intent }),
      ...(manifest === undefined ? {} : { manifestText: manifest }),
    };
    const verified = verifyRecord(bundle, trust, { allowSandbox: false, now: START + 86_400_000, ...companions });
    for (const line of [...verified.warnings, ...verified.checks.map(({ found }) => found)]) judgeLine(line);
    if (foreign && !meansTheSame(bundle, result.bundleJson)) throw new Find('a record that was changed was verified');
    if (intent !== undefined && !meansTheSame(intent, before.bundleJson)) throw new Find('another intent was verified');
    if (manifest !== undefined && manifest !== MANIFEST) throw new Find('another manifest was verified');
    if (verified.timestamp && verified.timestamp.at !== START + 60_000) throw new Find('another time was verified');
  },
});

/**
 * The meaningless changes, all of them: how the JSON around the payload is spelled, and what of a timestamp no
 * signature covers (versions, lists of algorithms), whose time is compared by itself.
 */
function meansTheSame(changed: string, whole: string): boolean {
  const [a, b] = [changed, whole].map((text) => withoutTimestamp(JSON.parse(text) as unknown));
  return isDeepStrictEqual(a, b);
}

function withoutTimestamp(bundle: unknown): unknown {
  const { verificationMaterial, ...rest } = bundle as { verificationMaterial: Record<string, unknown> };
  return { ...rest, verificationMaterial: { ...verificationMaterial, timestampVerificationData: undefined } };
}
