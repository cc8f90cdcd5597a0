import { createPublicKey } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { buildStatement, signRecord } from '../../../src/record/index.ts';
import type { RecordFacts, SignedRecord } from '../../../src/record/types.ts';
import { createKeySigner } from '../../../src/signing/key.ts';
import type { Signer } from '../../../src/signing/types.ts';
import { INTENT, makeFacts } from '../../record/support/facts.ts';
import { asManaged, makeEntry, trustList } from '../../record/support/key-lists.ts';
import { makeKeyPair } from '../../signing/support/keys.ts';
import { asCheckpoint, makeFolder, nameFiles, readAll, toList } from './support/folder.ts';

const PAIR = makeKeyPair();
const SECOND: Signer = { ...createKeySigner(PAIR.pkcs8), name: 'vault', keyUri: 'vault:second' };
const jwk = createPublicKey(PAIR.publicPem).export({ format: 'jwk' });
const TRUST = trustList(makeEntry(), makeEntry({ keyid: SECOND.keyId, jwk }));

const sign = (signer: Signer, facts: Partial<RecordFacts>): Promise<SignedRecord> =>
  signRecord(buildStatement(makeFacts(signer, facts)), signer);

describe('an intent that another key than that of its result has signed', () => {
  it('is proved by itself, and carried with its result from then on', async () => {
    const intent = await sign(asManaged('vault'), INTENT);
    const result = await sign(SECOND, { intentDigest: intent.payloadDigest });
    const folder = makeFolder(nameFiles({ intent, result }));
    const { states, reading } = await readAll(folder, { trust: TRUST });
    expect(states).toEqual(['a.intent verified', 'a.result verified']);
    const deployments = reading
      .ledger()
      .held.ownLines()
      .map((line) => line.split(' ')[3]);
    expect(deployments).toEqual(['dpl_1', 'dpl_1']);
    const previous = asCheckpoint(toList(reading.ledger()));
    // Another trust for each of them: each keeps its line.
    expect((await readAll(folder, { trust: TRUST, previous })).reading.ledger().held.ownLines()).toEqual([]);
  });

  it('refuses the result where both contradict each other', async () => {
    const intent = await sign(asManaged('vault'), { ...INTENT, projectId: 'prj_other' });
    const result = await sign(SECOND, { intentDigest: intent.payloadDigest });
    const { seen, states } = await readAll(makeFolder(nameFiles({ intent, result })), { trust: TRUST });
    expect(states).toEqual(['a.intent verified', 'a.result refused']);
    expect(seen[1]?.verdict).toMatchObject({ reason: expect.stringContaining('projectId "prj_other" in the intent') });
  });

  it('is another one where the result does not name it', async () => {
    const intent = await sign(asManaged('vault'), INTENT);
    const result = await sign(SECOND, { intentDigest: 'a'.repeat(64) });
    const { states, reading } = await readAll(makeFolder(nameFiles({ intent, result })), { trust: TRUST });
    expect(states).toEqual(['a.intent verified', 'a.result verified']);
    const deployments = reading
      .ledger()
      .held.ownLines()
      .map((line) => line.split(' ')[3]);
    expect(deployments.toSorted()).toEqual(['-', 'dpl_1']);
  });
});
