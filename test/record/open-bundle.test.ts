import { describe, expect, it } from '@jest/globals';
import { readTrust, verifyRecord } from '../../src/record/index.ts';
import { parseIssuerKeys } from '../../src/record/issuer-keys.ts';
import { openBundle } from '../../src/record/open-bundle.ts';
import { verifyProof } from '../../src/record/proof.ts';
import { wordOfRecord } from '../../src/record/word.ts';
import { makeKeyPair } from '../signing/support/keys.ts';
import type { SignedRecord } from '../../src/record/types.ts';
import { ARCHIVE, KEYLESS_TRUST, makeKeyless } from './support/keyless.ts';
import { KEY, makeRecord, NO_SANDBOX, refusal, resign, payloadText } from './support/records.ts';

describe('a bundle that is opened again', () => {
  it('is verified once, also where one other was opened since: the result of an intent', async () => {
    const trust = readTrust({ publicKey: KEY.publicPem });
    const [first, second, third] = await Promise.all(['a', 'b', 'c'].map((projectId) => makeRecord({ projectId })));
    const open = (record: SignedRecord | undefined): unknown => openBundle(record?.bundleJson ?? '', trust);
    const opened = open(first);
    expect(open(first)).toBe(opened);
    open(second);
    expect(open(first)).toBe(opened);
    open(third);
    expect(open(first)).not.toBe(opened);
  });

  it('is verified again by other trust', async () => {
    const { bundleJson } = await makeRecord();
    openBundle(bundleJson, readTrust({ publicKey: KEY.publicPem }));
    refusal('SIGNATURE_INVALID', () => openBundle(bundleJson, readTrust({ publicKey: makeKeyPair().publicPem })));
  });

  it('is refused as often as it is opened', async () => {
    const trust = readTrust({ publicKey: KEY.publicPem });
    const { bundleJson } = await makeRecord();
    const foreign = resign(bundleJson, payloadText(bundleJson), makeKeyPair().pkcs8);
    refusal('SIGNATURE_INVALID', () => openBundle(foreign, trust));
    refusal('SIGNATURE_INVALID', () => openBundle(foreign, trust));
    openBundle(bundleJson, trust);
    refusal('SIGNATURE_INVALID', () => openBundle(foreign, trust));
  });

  it('is judged anew: by sandbox, and by the time', async () => {
    const trust = readTrust({ publicKey: KEY.publicPem });
    const { bundleJson } = await makeRecord({ sandbox: true });
    verifyRecord(bundleJson, trust, { ...NO_SANDBOX, allowSandbox: true });
    refusal('RECORD_INVALID', () => verifyRecord(bundleJson, trust, NO_SANDBOX));
  });

  it('has its proof verified once by one archive, and anew by another', async () => {
    const { statement, bundleJson } = await makeKeyless();
    const payload = Buffer.from(payloadText(bundleJson));
    const verify = (issuerKeys: string): (() => unknown) => {
      const issuers = parseIssuerKeys(issuerKeys);
      return () => verifyProof(wordOfRecord(statement), payload, issuers);
    };
    const [one, other] = [verify(ARCHIVE), verify(ARCHIVE)];
    const token = one();
    expect(one()).toBe(token);
    expect(other()).not.toBe(token);
    expect(other()).toEqual(token);
  });

  it('has its proof judged by the archive that is given', async () => {
    const { bundleJson } = await makeKeyless();
    const [first, second] = [1, 2].map(() => verifyRecord(bundleJson, KEYLESS_TRUST, NO_SANDBOX));
    expect(second).toEqual(first);
    const other = readTrust({ issuerKeys: ARCHIVE.replace('api.bitbucket.org', 'example.org') });
    refusal('SIGNATURE_INVALID', () => verifyRecord(bundleJson, other, NO_SANDBOX));
  });
});
