import { readFileSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  ARCHIVE as ISSUER_KEYS,
  changeBound,
  ISSUER_NAME,
  makeKeyless,
  parsePayload,
} from './record/support/keyless.ts';
import { payloadText, type OpenStatement } from './record/support/records.ts';
import { isShown } from './support/policy-page.ts';
import { edit, makeBench, needing, type Bench } from './support/record-bench.ts';
import { blockWith, sectionOf } from './support/record-page.ts';

const TAKE = blockWith('sh', 'cp "$BASE.manifest.json"');
const PROOF = blockWith('sh', 'python3 check-proof.py');
const CIC = blockWith('sh', 'jose jws ver');
const LIST = blockWith('sh', '> deploy-keys.json');
const ARCHIVE = blockWith('sh', 'curl ');
/** The four lines of the page, as words after `verify`. */
const [HELD = [], TIMED = [], LISTED = [], BARE = []] = blockWith('sh', 'vercel-oidc-deploy verify')
  .trim()
  .split('\n')
  .map((line) => line.replaceAll("'", '').split(' ').slice(2));

let keyless: Bench;
let vault: Bench;
const ends: (() => Promise<void>)[] = [];
beforeAll(async () => {
  keyless = await makeBench('keyless');
  ends.push(keyless.close);
  vault = await makeBench('vault');
  ends.push(vault.close);
}, 60_000);
afterAll(async () => {
  for (const end of ends) await end();
});

describe('verify, as the page on records has it,', () => {
  const assuranceOf = (printed: string): readonly string[] =>
    [...printed.matchAll(/^ {2}assurance {3}([\w-]+): /gm)].map(([, word = '']) => word);

  it('tells what a keyless record is worth without and with its timestamp', async () => {
    const held = await keyless.verify('--verbose', ...HELD);
    expect({ status: held.status, assurance: assuranceOf(held.printed) }).toEqual({
      status: 0,
      assurance: ['held-token', 'held-token'],
    });
    expect(held.printed).toContain('The record has a timestamp that was not checked: no --tsa.');
    const timed = await keyless.verify('--verbose', ...TIMED);
    expect({ status: timed.status, assurance: assuranceOf(timed.printed) }).toEqual({
      status: 0,
      assurance: ['timed', 'timed'],
    });
  });

  it('prints the table that is shown', async () => {
    const { printed } = await keyless.verify(...TIMED.slice(0, -1), 'deploy-records/*.result.*');
    expect(isShown(blockWith('text', 'valid result'), printed)).toBe(true);
  });

  it("believes a key of a service by the reader's list, and by itself only as a key that somebody has", async () => {
    expect((await vault.sh(LIST)).status).toBe(0);
    const listed = await vault.verify(...LISTED);
    const lines = listed.printed.trim().split('\n');
    expect(listed.status).toBe(0);
    expect(lines.map((line) => (JSON.parse(line) as { assurance?: string }).assurance)).toEqual([
      'managed-key',
      'managed-key',
      undefined,
    ]);
    const bare = await vault.verify(...BARE);
    expect({ status: bare.status, assurance: assuranceOf(bare.printed) }).toEqual({
      status: 0,
      assurance: ['static-key'],
    });
    expect(bare.printed).toMatch(/^ {2}folder {6}\d+ of \d+ names as in the manifest, and no other in /m);
  });

  it('does not check a record whose key the archive lacks', async () => {
    const others = ISSUER_KEYS.replace(ISSUER_NAME, keyless.sandbox.issuer.url);
    writeFileSync(`${keyless.folder}/none.json`, others);
    const { status, printed } = await keyless.verify('--issuer-keys', 'none.json', 'deploy-records');
    expect({ status, told: printed.includes('TRUST_MATERIAL_MISSING') }).toEqual({ status: 3, told: true });
  });
});

describe('the proof, by Python alone,', () => {
  /** The script's word on these two texts. */
  async function prove(payload: string, keys: string = ISSUER_KEYS): Promise<{ status: number; output: string }> {
    writeFileSync(`${keyless.folder}/p`, payload);
    writeFileSync(`${keyless.folder}/k`, keys);
    return keyless.sh('python3 check-proof.py p k');
  }
  const changed = async (change: (statement: OpenStatement) => unknown): Promise<string> => {
    const statement = parsePayload((await makeKeyless()).bundleJson);
    change(statement);
    return JSON.stringify(statement);
  };
  const refused = (why: string): object => ({ status: 1, output: `NOT PROVEN: ${why}\n` });
  const tokenOf = ({ predicate }: OpenStatement): Open => predicate.oidc.proof?.pkToken as unknown as Open;
  interface Open {
    payload: string;
    signatures: [{ protected: string; signature: string }, { protected: string; signature: string }];
  }

  needing(['python3'], 'holds for records with any letters in them', async () => {
    const { bundleJson } = await makeKeyless({ build: { branch: 'grün/\u0001"\\/\u007f ü\u2028' } });
    expect(await prove(payloadText(bundleJson))).toMatchObject({
      status: 0,
      output: expect.stringMatching(/^proof OK/),
    });
  });

  needing(['python3'], 'is refused with its reason', async () => {
    const good = payloadText((await makeKeyless()).bundleJson);
    expect(await prove(good.replace('{', '{ '))).toEqual(refused('the payload is not compact JSON'));
    const keys = ISSUER_KEYS.replace(/"kid":"/, '"kid":"x');
    expect(await prove(good, keys)).toEqual(refused('no such key in the archive'));
    const other = await changed(({ predicate }) => Object.assign(predicate.vercel, { target: 'preview' }));
    expect(await prove(other)).toEqual(refused('it is for another statement'));
    const elsewhere = await makeKeyless({}, undefined);
    const borrowed = tokenOf(parsePayload(elsewhere.bundleJson)).signatures[1];
    const rekeyed = await changed((statement) => void (tokenOf(statement).signatures[1] = borrowed));
    expect(await prove(rekeyed)).toEqual(refused('it is for another key'));
    const forged = await changed((statement) => {
      const [gq] = tokenOf(statement).signatures;
      gq.signature = `${gq.signature.slice(0, 2000)}${gq.signature[2000] === 'A' ? 'B' : 'A'}${gq.signature.slice(2001)}`;
    });
    expect(await prove(forged)).toEqual(refused('the proof itself'));
    const short = await changed((statement) => {
      const [gq] = tokenOf(statement).signatures;
      gq.signature = gq.signature.slice(0, -4);
    });
    expect(await prove(short)).toEqual(refused('the length of the proof'));
    const lied = await changeBound(({ predicate }) => Object.assign(predicate.oidc.claims, { branchName: 'other' }));
    expect(await prove(payloadText(lied))).toEqual(refused('the claims differ'));
    const [longer, others] = [{ tokenExpiresAt: '2026-12-31T00:00:00.000Z' }, { audience: ['https://example.com'] }];
    const late = await changeBound(({ predicate }) => Object.assign(predicate.oidc, longer));
    expect(await prove(payloadText(late))).toEqual(refused('the times differ'));
    const meant = await changeBound(({ predicate }) => Object.assign(predicate.oidc, others));
    expect(await prove(payloadText(meant))).toEqual(refused('the audience differs'));
  });

  needing(['jq', 'python3', 'jose'], "has a second signature by the record's key, as jose sees it", async () => {
    const { status, output } = await keyless.sh(TAKE + PROOF + CIC);
    expect({ status, output }).toEqual({ status: 0, output: expect.stringContaining('"repositoryUuid"') });
    const other = await keyless.shChanged(
      CIC,
      edit('result.payload', (text) => text.replace('"payload":"ey', '"payload":"eyA')),
    );
    expect(other.status).not.toBe(0);
  });
});

describe("the archive of Bitbucket's keys", () => {
  needing(
    ['jq', 'curl'],
    'grows by the keys of today, each once, and still checks the records of yesterday',
    async () => {
      const { folder, sandbox } = keyless;
      const before = readFileSync(`${folder}/issuer-keys.json`, 'utf8');
      await sandbox.issuer.rotateKeys();
      for (let times = 0; times < 2; times += 1) {
        expect(await keyless.sh(ARCHIVE)).toEqual({ status: 0, output: '' });
        const sets = JSON.parse(readFileSync(`${folder}/issuer-keys.json`, 'utf8')) as Sets;
        const old = JSON.parse(before) as Sets;
        const kids = Object.values(sets).map(({ keys }) => keys.map(({ kid }) => kid).toSorted());
        const [was] = Object.values(old);
        expect(kids).toEqual([[was?.keys[0]?.kid, sandbox.issuer.keyId].toSorted()]);
        expect((await keyless.verify(...HELD)).status).toBe(0);
      }
    },
  );

  it('has the shape that is shown', () => {
    const shown = JSON.parse(blockWith('json', '"use": "sig"')) as Sets;
    const [set] = Object.values(shown);
    const [written] = Object.values(JSON.parse(readFileSync(`${vault.folder}/issuer-keys.json`, 'utf8')) as Sets);
    expect(Object.keys(set?.keys[0] ?? {})).toEqual(Object.keys(written?.keys[0] ?? {}));
    expect(sectionOf("### Bitbucket's keys")).toContain('`issuer-keys.json`');
  });
});

type Sets = Readonly<Record<string, { readonly keys: readonly { readonly kid: string }[] }>>;
