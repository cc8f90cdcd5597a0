import { describe, expect, it } from '@jest/globals';
import type { Checkpoint } from '../../../src/audit/records/index.ts';
import { readTrust, type Trust } from '../../../src/record/index.ts';
import { asManaged, makeEntry } from '../../record/support/key-lists.ts';
import {
  ARCHIVE,
  EXPIRES_AT,
  ISSUED_AT,
  ISSUER,
  ISSUER_NAME,
  STEP,
  writeArchive,
} from '../../record/support/keyless.ts';
import { makeIssuer } from '../../openpubkey/support/issuer.ts';
import { changeStatement, KEY, NOW, TRUST } from '../../record/support/records.ts';
import { stampAt, TSA_PEM } from '../../record/support/stamped.ts';
import {
  asCheckpoint,
  makeFolder,
  makePair,
  nameFiles,
  proveAll,
  readAll,
  toList,
  type Read,
} from './support/folder.ts';

const INSIDE = stampAt(ISSUED_AT + 1000);
const VAULT = asManaged('vault');
const START = '2026-01-01T00:00:00Z';
const KEYLESS = { identity: STEP.identity };
const PAIR = await makePair();
const MANAGED = await makePair({}, VAULT);
const STAMPED = await makePair({}, VAULT, { intent: INSIDE, result: INSIDE });
const BOUND = await makePair(KEYLESS, STEP.signer);

const listed = (validFor: object = { start: START }, tsa?: string): Trust =>
  readTrust({ keyList: JSON.stringify([makeEntry({ validFor })]), tsa });
const byIssuer = (archive = ARCHIVE, tsa?: string): Trust => readTrust({ issuerKeys: archive, tsa });

/** Proves a folder by one trust, and reads it again by another. */
async function readAgain(folder: string, before: Trust, after: Trust, now = NOW): Promise<Read> {
  const previous: Checkpoint = asCheckpoint(await proveAll(folder, before));
  return readAll(folder, { trust: after, previous, now });
}

/** The intent goes along with its result. */
const CARRIED = ['a.result verified carried'];
const PROVED = ['a.intent verified', 'a.result verified'];

describe('a record that an earlier audit has proved', () => {
  it.each([
    { name: 'a bare key', pair: PAIR, before: TRUST, after: readTrust({ publicKey: KEY.publicPem }) },
    { name: 'a listed key', pair: MANAGED, before: listed(), after: listed() },
    { name: 'the issuer', pair: BOUND, before: byIssuer(), after: byIssuer() },
    {
      name: 'an archive that has got another key',
      pair: BOUND,
      before: byIssuer(),
      after: byIssuer(writeArchive({ [ISSUER_NAME]: [ISSUER, other()] })),
    },
    {
      name: 'authorities, without a timestamp',
      pair: MANAGED,
      before: listed(),
      after: listed(undefined, TSA_PEM),
    },
  ])('is carried under the same trust: $name', async ({ pair, before, after }) => {
    const folder = makeFolder(nameFiles(pair));
    const first = await readAll(folder, { trust: before });
    const { states, seen, reading } = await readAgain(folder, before, after);
    expect(states).toEqual(CARRIED);
    expect([reading.ledger().carried, reading.alongside()]).toEqual([2, 1]);
    expect(seen).toEqual([{ ...first.seen[1], verdict: { ...first.seen[1]?.verdict, carried: true } }]);
    expect([reading.ledger().held.size, reading.ledger().held.ownLines()]).toEqual([2, []]);
    // The intent's line says that the two were compared.
    const deployments = first.reading
      .ledger()
      .held.ownLines()
      .map((line) => line.split(' ')[3]);
    expect(deployments).toEqual(Array(2).fill(first.seen[1]?.facts.deployment?.id));
  });

  it('is not verified again: bytes whose digest is in the list pass, whatever their signature', async () => {
    const { result } = await makePair();
    const foreign = changeStatement(result.bundleJson, ({ predicate }) =>
      Object.assign(predicate, { signedAt: '2026-11-23T12:00:21.008Z' }),
    );
    const folder = makeFolder({ 'a.result.sigstore.json': result.bundleJson });
    const other = makeFolder({ 'a.result.sigstore.json': foreign });
    const previous = asCheckpoint(await proveAll(folder));
    expect((await readAll(other, { previous })).states).toEqual(['a.result verified']);
    expect((await readAll(folder, { previous })).states).toEqual(['a.result verified carried']);
  });

  it.each([
    {
      name: 'another period',
      pair: MANAGED,
      before: listed(),
      after: listed({ start: START, end: '2027-01-01T00:00:00Z' }),
    },
    {
      name: 'a timestamp, and now authorities',
      pair: STAMPED,
      before: listed(),
      after: listed(undefined, TSA_PEM),
    },
    { name: 'another way to the key', pair: MANAGED, before: TRUST, after: listed() },
  ])('is proved anew under other trust: $name', async ({ pair, before, after }) => {
    const { states } = await readAgain(makeFolder(nameFiles(pair)), before, after);
    expect(states).toEqual(PROVED);
  });

  it('is refused where its key was withdrawn, and not checked without any', async () => {
    const folder = makeFolder(nameFiles(MANAGED));
    const { seen } = await readAgain(folder, listed(), byIssuer());
    expect(seen.map(({ verdict }) => verdict.state)).toEqual(['unchecked', 'unchecked']);
    const keyless = makeFolder(nameFiles(BOUND));
    const again = await readAgain(
      keyless,
      byIssuer(),
      byIssuer(writeArchive({ 'https://other.example.com': [ISSUER] })),
    );
    expect(again.states).toEqual(['a.intent refused', 'a.result refused']);
  });

  it("is refused once its key's period has ended, but with a timestamp from before", async () => {
    const period = { start: START, end: '2026-12-01T00:00:00Z' };
    const later = Date.UTC(2026, 11, 2);
    const folder = makeFolder(nameFiles(MANAGED));
    const { seen, states } = await readAgain(folder, listed(period), listed(period), later);
    expect(states).toEqual(['a.intent refused', 'a.result refused']);
    expect(seen[1]?.verdict).toMatchObject({
      code: 'SIGNATURE_INVALID',
      reason: expect.stringContaining('no longer valid'),
    });
    const stamped = makeFolder(nameFiles(STAMPED));
    const trust = listed(period, TSA_PEM);
    expect((await readAgain(stamped, trust, trust, later)).states).toEqual(CARRIED);
  });

  it('is still refused in a file that is named as something else, and not checked if it is of a sandbox', async () => {
    const { intent, result } = await makePair({ sandbox: true });
    const folder = makeFolder(nameFiles({ intent, result }));
    const { reading } = await readAll(folder, { allowSandbox: true });
    const previous = asCheckpoint(toList(reading.ledger()));
    expect((await readAll(folder, { previous })).states).toEqual(['a.intent unchecked', 'a.result unchecked']);
    const renamed = makeFolder({ 'a.intent.sigstore.json': result.bundleJson });
    expect((await readAll(renamed, { previous, allowSandbox: true })).states).toEqual(['a.intent refused']);
  });
});

describe("a keyless result and its intent's timestamp", () => {
  const trust = byIssuer(ARCHIVE, TSA_PEM);
  const assurances = ({ seen }: Read): unknown[] =>
    seen.map(({ verdict }) => verdict.state === 'verified' && verdict.assurance);

  it('is timed by it, and proved each time', async () => {
    const folder = makeFolder(nameFiles(await makePair(KEYLESS, STEP.signer, { intent: INSIDE })));
    const first = await readAll(folder, { trust });
    expect(assurances(first)).toEqual(['timed', 'timed']);
    const again = await readAgain(folder, trust, trust);
    expect(again.states).toEqual(['a.intent verified carried', 'a.result verified']);
    expect(assurances(again)).toEqual(['timed', 'timed']);
  });

  it('is not timed by one from after the life of the token', async () => {
    const late = await makePair(KEYLESS, STEP.signer, { intent: stampAt(EXPIRES_AT + 1000) });
    expect(assurances(await readAll(makeFolder(nameFiles(late)), { trust }))).toEqual(['held-token', 'held-token']);
  });

  it('is timed by an intent that has come since', async () => {
    const pair = await makePair(KEYLESS, STEP.signer, { intent: INSIDE });
    const alone = makeFolder({ 'a.result.sigstore.json': pair.result.bundleJson });
    const previous = asCheckpoint(await proveAll(alone, trust));
    const { states, ...read } = await readAll(makeFolder(nameFiles(pair)), { trust, previous });
    expect(states).toEqual(PROVED);
    expect(assurances({ states, ...read })).toEqual(['timed', 'timed']);
  });
});

describe('a pair that contradicts itself', () => {
  it('is refused too where both have been proved alone', async () => {
    const { intent } = await makePair({ projectId: 'prj_other' });
    const { result } = await makePair();
    const named = changeStatement(result.bundleJson, ({ predicate }) =>
      Object.assign(predicate.intent ?? {}, { digest: { sha256: intent.payloadDigest } }),
    );
    const apart = makeFolder({ 'x.intent.sigstore.json': intent.bundleJson, 'y.result.sigstore.json': named });
    expect((await readAll(apart)).states).toEqual(['x.intent verified', 'y.result verified']);
    const previous = asCheckpoint(await proveAll(apart));
    const beside = makeFolder({ 'a.intent.sigstore.json': intent.bundleJson, 'a.result.sigstore.json': named });
    expect((await readAll(beside, { previous })).states).toEqual(['a.intent verified carried', 'a.result refused']);
  });
});

function other(): ReturnType<typeof makeIssuer> {
  return { ...ISSUER, issuerKey: { ...makeIssuer().issuerKey, kid: 'key-2' } };
}
