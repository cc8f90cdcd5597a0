import { appendFileSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { generateKeyPairSync } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { needing } from '../../support/record-bench.ts';
import { makePackBench, type PackBench } from './support/pack-bench.ts';

const TOOLS = ['sh', 'jq', 'openssl', 'sha256sum', 'unzip'];
const EXAMPLE = /^records\/.*\.result\.sigstore\.json: Verified OK, by (?:the key in its proof|a key of the records)$/m;
const CHECKPOINT = /^checkpoints\/.*\.checkpoint\.sigstore\.json: Verified OK, by a key of the audit$/gm;

describe.each(['keyless', 'key', 'vault'] as const)(
  'the commands of VERIFY.md, for records by the signer %s,',
  (mode) => {
    let bench: PackBench;
    let blocks: readonly string[];
    beforeAll(async () => {
      bench = await makePackBench(mode);
      const page = readFileSync(`${bench.folder}/VERIFY.md`, 'utf8');
      blocks = [...page.matchAll(/^```sh\n(.*?)^```$/gms)].map(([, text = '']) => text);
    }, 60_000);
    afterAll(() => bench.close());

    it('are four', () => {
      expect(blocks).toHaveLength(4);
      expect(bench.written).toMatchObject({ records: 1, missing: [] });
      expect(readFileSync(`${bench.folder}/VERIFY.md`, 'utf8')).toContain('Nothing is missing in this pack.');
    });

    needing(TOOLS, 'find every file as it was packed, and one that is not', async () => {
      expect(await bench.sh(blocks[0] ?? '')).toEqual({ status: 0, output: 'files OK\n' });
      const csv = readFileSync(`${bench.folder}/audit/audit.csv`);
      appendFileSync(`${bench.folder}/audit/audit.csv`, 'x');
      const { status, output } = await bench.sh(blocks[0] ?? '');
      writeFileSync(`${bench.folder}/audit/audit.csv`, csv);
      expect({ status, output }).toEqual({ status: 1, output: expect.stringContaining('audit/audit.csv: FAILED') });
    });

    needing(TOOLS, 'verify every record, with intent and manifest', async () => {
      const { status, output } = await bench.sh(blocks[1] ?? '');
      expect({ status, output }).toEqual({ status: 0, output: expect.stringMatching(/2 (?:records|valid)/) });
      expect(readdirSync(`${bench.folder}/records`)).toHaveLength(3);
    });

    needing(TOOLS, 'verify signatures by public tools, and refuse another', async () => {
      const { status, output } = await bench.sh(blocks[2] ?? '');
      expect({ status, output }).toEqual({ status: 0, output: expect.stringMatching(EXAMPLE) });
      expect(output.match(CHECKPOINT)).toHaveLength(2);
      expect(output).toMatch(/^signatures OK$/m);
      const [name = ''] = readdirSync(`${bench.folder}/records`).filter((one) => one.includes('.result.'));
      const path = `${bench.folder}/records/${name}`;
      const text = readFileSync(path, 'utf8');
      const at = text.indexOf('"payload":"') + 200;
      writeFileSync(path, `${text.slice(0, at)}${text[at] === 'A' ? 'B' : 'A'}${text.slice(at + 1)}`);
      const refused = await bench.sh(blocks[2] ?? '');
      writeFileSync(path, text);
      expect(refused.status).not.toBe(0);
      expect(refused.output).not.toMatch(EXAMPLE);
    });

    needing(TOOLS, 'take no other key for what the audit has signed', async () => {
      const path = `${bench.folder}/keys/audit-key.pub.pem`;
      const own = readFileSync(path);
      const { publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
      writeFileSync(path, publicKey.export({ type: 'spki', format: 'pem' }));
      const { status, output } = await bench.sh(blocks[2] ?? '');
      writeFileSync(path, own);
      expect(status).toBe(1);
      expect(output).toMatch(EXAMPLE);
      expect(output.match(/^checkpoints\/.*: FAILED$/gm)).toHaveLength(2);
      expect(output).not.toContain('signatures OK');
    });

    needing(TOOLS, 'hold the lists against the checkpoints, and the records against the last list', async () => {
      const { status, output } = await bench.sh(blocks[3] ?? '');
      expect({ status, output }).toEqual({
        status: 0,
        output: expect.stringMatching(/^(?:checkpoints\/.*: OK\n){4}0\n$/),
      });
      const [list = ''] = readdirSync(`${bench.folder}/checkpoints`).filter((name) => name.endsWith('.list'));
      const path = `${bench.folder}/checkpoints/${list}`;
      const text = readFileSync(path, 'utf8');
      writeFileSync(path, text.replace(/.*\n/, ''));
      const refused = await bench.sh(blocks[3] ?? '');
      writeFileSync(path, text);
      expect(refused).toEqual({ status: 1, output: expect.stringContaining(`${list}: FAILED`) });
    });

    needing(TOOLS, 'print a record that is in no list', async () => {
      writeFileSync(`${bench.folder}/records/planted.result.sigstore.json`, '{}');
      const { output } = await bench.sh(blocks[3] ?? '');
      expect(output).toContain('44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a');
    });
  },
);
