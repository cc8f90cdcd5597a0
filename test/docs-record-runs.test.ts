import { generateKeyPairSync, X509Certificate } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { edit, makeBench, MODES, needing, type Bench } from './support/record-bench.ts';
import { blockWith, listBlocks } from './support/record-page.ts';

const TAKE = blockWith('sh', 'cp "$BASE.manifest.json"');
const OWN_KEY = blockWith('sh', '"$SIGNING_KEY"');
const PROOF = blockWith('sh', 'python3 check-proof.py');
const SIGNATURES = blockWith('sh', 'openssl dgst');
const KEY_ID = blockWith('sh', '.publicKey.hint');
const FOLLOWS = blockWith('sh', '.predicate.intent.digest');
const FILES = blockWith('sh', '> SHA256SUMS');
const TIME = blockWith('sh', 'openssl ts -verify');
const BUNDLE = blockWith('sh', 'check-bundle.mjs result.json key.pem\n').replace(/^npm .*\n/, '');
const STAMPED = blockWith('sh', 'tsa-chain.pem');
const CIC = blockWith('sh', 'jose jws ver');
const LIST = blockWith('sh', '> deploy-keys.json');
const ARCHIVE = blockWith('sh', 'curl ');
const VERIFY = blockWith('sh', 'vercel-oidc-deploy verify');

/** The authority's certificates, its own first, as its site would give them. */
async function writeChain({ folder, sh }: Bench): Promise<void> {
  const { output } = await sh('openssl ts -reply -in result.tsr -token_out | openssl pkcs7 -inform DER -print_certs');
  const pems = output.match(/-----BEGIN CERT[^]*?-----END CERTIFICATE-----/g) ?? [];
  const sorted = pems.toSorted((a, b) => Number(new X509Certificate(a).ca) - Number(new X509Certificate(b).ca));
  writeFileSync(`${folder}/tsa-chain.pem`, [...sorted, readFileSync(`${folder}/tsa-root.pem`, 'utf8')].join('\n'));
}

/** Of a base64 text, another character in its middle. */
const flip = (text: string): string => {
  const at = Math.floor(text.length / 2);
  return `${text.slice(0, at)}${text[at] === 'A' ? 'B' : 'A'}${text.slice(at + 1)}`;
};
const flipPayload = edit('result.json', (text) => text.replace(/(?<="payload":")[^"]+/, flip));
const otherKey = edit('key.pem', () => {
  const { publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return publicKey.export({ type: 'spki', format: 'pem' }).toString();
});

it('every command of the page is run here', () => {
  const run = [
    TAKE,
    OWN_KEY,
    PROOF,
    SIGNATURES,
    KEY_ID,
    FOLLOWS,
    FILES,
    TIME,
    BUNDLE,
    STAMPED,
    CIC,
    LIST,
    ARCHIVE,
    VERIFY,
  ];
  const left = listBlocks('sh').filter((block) => !run.includes(block.replace(/^npm .*\n/, '')));
  // Those are run by test/container/docs.container.ts.
  expect(left.filter((block) => !block.startsWith('docker run '))).toEqual([]);
});

describe.each(MODES)('the commands of the page on records, for a record by the signer %s,', (mode) => {
  let bench: Bench;
  beforeAll(async () => {
    bench = await makeBench(mode);
  }, 60_000);
  afterAll(() => bench.close());

  needing(['jq', 'base64'], 'take it apart', async () => {
    const { status, output } = await bench.sh(TAKE);
    expect({ status, output }).toMatchObject({ status: 0, output: expect.stringContaining('"status": "deployed"') });
    expect(JSON.parse(output)).toMatchObject({
      phase: 'result',
      signer: { mode },
      policy: { grant: 'web-production' },
    });
  });

  if (mode === 'keyless') {
    needing(['jq', 'python3'], "get the key from the proof, under Bitbucket's key", async () => {
      const { status, output } = await bench.sh(PROOF);
      expect({ status, output }).toEqual({
        status: 0,
        output: expect.stringMatching(/^(proof OK: issued \d.*\n){2}$/),
      });
    });
  }
  if (mode === 'key') {
    needing(['openssl'], 'get the key from the private key', async () => {
      expect(await bench.sh(OWN_KEY)).toEqual({ status: 0, output: '' });
    });
  }

  needing(['jq', 'openssl'], 'verify both signatures, and refuse other bytes and other keys', async () => {
    expect(await bench.sh(SIGNATURES)).toEqual({ status: 0, output: 'Verified OK\nVerified OK\n' });
    const refused = { status: 1, output: expect.stringContaining('Verification failure') };
    expect(
      await bench.shChanged(
        SIGNATURES,
        edit('result.signed', (text) => `${text} `),
      ),
    ).toMatchObject(refused);
    expect(await bench.shChanged(SIGNATURES, otherKey)).toMatchObject(refused);
  });

  needing(['jq', 'ssh-keygen'], "compare the key's id", async () => {
    expect(await bench.sh(KEY_ID)).toEqual({ status: 0, output: 'true\ntrue\n' });
    expect(await bench.shChanged(KEY_ID, otherKey)).toEqual({ status: 1, output: 'false\n' });
  });

  needing(['jq', 'sha256sum'], 'tie result, intent and manifest together', async () => {
    const ok = 'intent.payload: OK\nmanifest.json: OK\nmanifest.json: OK\n';
    expect(await bench.sh(FOLLOWS)).toEqual({ status: 0, output: ok });
    for (const name of ['intent.payload', 'manifest.json']) {
      const { status, output } = await bench.shChanged(
        FOLLOWS,
        edit(name, (text) => `${text} `),
      );
      expect({ status, output }).toEqual({ status: 1, output: expect.stringContaining(`${name}: FAILED`) });
    }
  });

  needing(['jq', 'sha256sum'], 'check the files, of odd names too', async () => {
    expect(await bench.sh(FILES)).toEqual({ status: 0, output: 'files OK\n' });
    const changed = edit('site/.vercel/output/config.json', (text) => `${text} `);
    const { status, output } = await bench.shChanged(FILES, changed);
    expect({ status, output }).toEqual({ status: 1, output: expect.stringContaining('config.json: FAILED') });
    const odd = 'a\nb\\c';
    const same = await bench.shChanged(FILES, (folder) => {
      edit('manifest.json', (text) => text.replace('.vercel/output/config.json', JSON.stringify(odd).slice(1, -1)))(
        folder,
      );
      writeFileSync(`${folder}/site/${odd}`, readFileSync(`${folder}/site/.vercel/output/config.json`));
    });
    expect(same).toEqual({ status: 0, output: 'files OK\n' });
  });

  if (mode !== 'key') {
    needing(
      ['jq', 'openssl', 'date'],
      'verify the timestamps, and show that they lie in the life of the token',
      async () => {
        const { status, output } = await bench.sh(TIME);
        expect({ status, output }).toMatchObject({ status: 0, output: expect.stringContaining('Verification: OK') });
        const times = ['intent', 'result'].map((name) =>
          Date.parse(new RegExp(`^${name}: (.*)$`, 'm').exec(output)?.[1] ?? ''),
        );
        const [, from = '', to = ''] = /^token: (\S+) to (\S+)$/m.exec(output) ?? [];
        for (const at of times) {
          expect(at).toBeGreaterThan(Date.parse(from) - 1000);
          expect(at).toBeLessThan(Date.parse(to));
        }
        const other = await bench.shChanged(
          TIME,
          edit('intent.sig', (text) => `${text} `),
        );
        expect(other).toEqual({ status: 1, output: expect.stringContaining('Verification: FAILED') });
      },
    );
  }

  needing(['jq', 'openssl'], 'have it verified by @sigstore/verify', async () => {
    if (mode !== 'key') await writeChain(bench);
    const script = mode === 'key' ? BUNDLE : STAMPED;
    const { status, output } = await bench.sh(script);
    expect({ status, output }).toEqual({ status: 0, output: expect.stringMatching(/bundle OK\n$/) });
    for (const change of [flipPayload, otherKey]) {
      const refused = await bench.shChanged(script, change);
      expect(refused).toEqual({ status: 1, output: expect.stringContaining('signature verification failed') });
    }
  });
});
