import { spawnSync } from 'node:child_process';
import { createHash, createPublicKey } from 'node:crypto';
import { copyFileSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { afterAll, describe, expect, it } from '@jest/globals';
import { bundleFromJSON } from '@sigstore/bundle';
import { toSignedEntity, toTrustMaterial, Verifier } from '@sigstore/verify';
import { PipeError } from '../../src/errors.ts';
import { buildStatement, signRecord } from '../../src/record/index.ts';
import { verifyTimestamp } from '../../src/record/timestamp.ts';
import { toPem, type Holder } from '../../src/sandbox/tsa/certificate.ts';
import { makeFacts } from './support/facts.ts';
import { KEY, parseBundle, signatureOf, SIGNER } from './support/records.ts';
import { AT, CA, makeStamp, readFixture, readTrust, ROOT, SIGNATURE, TSA } from './support/timestamps.ts';

const FIXTURES = 'test/fixtures/timestamp';
const hasOpenssl = spawnSync('openssl', ['version']).error === undefined;
const ifOpenssl = hasOpenssl ? it : it.skip;
const folder = mkdtempSync(`${tmpdir()}/timestamp-`);
afterAll(() => rmSync(folder, { recursive: true }));

function opensslAccepts(reply: string, root: string, cwd: string, more: readonly string[] = []): boolean {
  const args = ['ts', '-verify', '-in', reply, '-data', 'signature', '-CAfile', root, ...more];
  const { status, stderr } = spawnSync('openssl', args, { cwd, encoding: 'utf8' });
  if (status !== 0 && !/certificate|purpose|signature failure/i.test(stderr)) throw new Error(stderr);
  return status === 0;
}

function weAccept(reply: string, root: string): boolean {
  try {
    verifyTimestamp(readFixture(reply, folder), SIGNATURE, readTrust(root.replace('.pem', ''), folder));
    return true;
  } catch (error) {
    if (error instanceof PipeError && error.code === 'SIGNATURE_INVALID') return false;
    throw error;
  }
}

describe('openssl ts (skipped where there is no openssl)', () => {
  ifOpenssl('accepts and refuses the same timestamps of its own authorities, made now', () => {
    const { status, stderr } = spawnSync('sh', [`${process.cwd()}/${FIXTURES}/make.sh`, folder], { encoding: 'utf8' });
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    const replies = readdirSync(folder).filter((name) => name.endsWith('.tsr'));
    const pairs = replies.flatMap((reply) =>
      ['ec-root.pem', 'ec-chain.pem', 'rsa-root.pem'].map((root) => ({ reply, root })),
    );
    const judge = (accepts: (reply: string, root: string) => boolean): string[] =>
      pairs.map(({ reply, root }) => `${reply} under ${root}: ${String(accepts(reply, root))}`);
    const ours = judge(weAccept);
    expect(ours).toEqual(judge((reply, root) => opensslAccepts(reply, root, folder)));
    expect(ours.filter((verdict) => verdict.endsWith('true'))).toHaveLength(7);
  });

  ifOpenssl('accepts what the sandbox stamps', () => {
    copyFileSync(`${FIXTURES}/signature`, `${folder}/signature`);
    writeFileSync(`${folder}/sandbox.pem`, toPem(ROOT.certificate));
    const time = ['-attime', String(Math.floor(AT / 1000))];
    const verdicts = [makeStamp(), makeStamp({ signer: { ...TSA, privateKey: CA.privateKey } })].map((stamp) => {
      writeFileSync(`${folder}/sandbox.tsr`, stamp);
      return opensslAccepts('sandbox.tsr', 'sandbox.pem', folder, time);
    });
    expect(verdicts).toEqual([true, false]);
  });
});

/** As an auditor sets it up: the key, and the authority's certificates, its own first. */
function verifyWithSigstore(bundleJson: string, chain: readonly Holder[], validUntil = AT + 1000): void {
  const certificates = chain.map(({ certificate }) => ({ rawBytes: certificate }));
  const authority = { uri: '', subject: undefined, certChain: { certificates }, validFor: undefined };
  const key = createPublicKey(KEY.publicPem);
  const trust = toTrustMaterial(
    {
      ...{ mediaType: 'application/vnd.dev.sigstore.trustedroot+json;version=0.1', tlogs: [], ctlogs: [] },
      ...{ certificateAuthorities: [], timestampAuthorities: [{ ...authority, operator: '' }] },
    },
    () => ({ publicKey: key, validFor: (date) => date.getTime() <= validUntil }),
  );
  const verifier = new Verifier(trust, { tlogThreshold: 0, ctlogThreshold: 0, timestampThreshold: 1 });
  verifier.verify(toSignedEntity(bundleFromJSON(JSON.parse(bundleJson))));
}

describe('@sigstore/verify, which wants one timestamp,', () => {
  const stamped = (): ReturnType<typeof signRecord> =>
    signRecord(buildStatement(makeFacts(SIGNER)), SIGNER, (signature) =>
      Promise.resolve(makeStamp({ info: { imprint: createHash('sha256').update(signature).digest() } })),
    );

  it('accepts a record with its time, which is the time that we find', async () => {
    const { bundleJson } = await stamped();
    expect(() => verifyWithSigstore(bundleJson, [TSA, CA, ROOT])).not.toThrow();
    const { rfc3161Timestamps } = parseBundle(bundleJson).verificationMaterial['timestampVerificationData'] as {
      rfc3161Timestamps: { signedTimestamp: string }[];
    };
    const der = Buffer.from(rfc3161Timestamps[0]?.signedTimestamp ?? '', 'base64');
    writeFileSync(`${folder}/root.pem`, toPem(ROOT.certificate));
    const signature = Buffer.from(signatureOf(parseBundle(bundleJson)).sig, 'base64');
    expect(verifyTimestamp(new Uint8Array(der), signature, readTrust('root', folder)).at).toBe(AT);
  });

  it('rejects it under another authority, and for a key that was retired before that time', async () => {
    const { bundleJson } = await stamped();
    expect(() => verifyWithSigstore(bundleJson, [CA, ROOT])).toThrow('timestamp could not be verified');
    expect(() => verifyWithSigstore(bundleJson, [TSA, CA, ROOT], AT - 1)).toThrow('Public key is not valid');
  });

  it('rejects a record without a time', async () => {
    const { bundleJson } = await signRecord(buildStatement(makeFacts(SIGNER)), SIGNER);
    expect(() => verifyWithSigstore(bundleJson, [TSA, CA, ROOT])).toThrow('expected 1 timestamps, got 0');
  });
});
