import { execFile, execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { writeOutputs, writePack, type PackOptions, type WrittenPack } from '../../../../src/audit/outputs/index.ts';
import { Held } from '../../../../src/audit/records/held.ts';
import { readCheckpoint, writeCheckpoint } from '../../../../src/audit/records/index.ts';
import type { KeptAnswer, Row } from '../../../../src/audit/types.ts';
import { sha256Hex } from '../../../../src/digest.ts';
import { nodeFiles } from '../../../../src/platform/files.ts';
import { makeEntry } from '../../../record/support/key-lists.ts';
import { KEY, SIGNER, TRUST } from '../../../record/support/records.ts';
import { makeBench, type Bench, type Mode, type Typed } from '../../../support/record-bench.ts';
import { makeRow, makeSummary, sourceOf, WHOLE_ROW } from './samples.ts';

const NOW = Date.UTC(2026, 11, 1);
const APP = fileURLToPath(new URL('../../../../src/app.ts', import.meta.url));

/** A pack of the records of one real run and two checkpoints, unpacked. */
export interface PackBench {
  readonly written: WrittenPack;
  /** Absolute: what was packed from. */
  readonly sources: string;
  readonly options: PackOptions;
  /** Absolute: where it was unpacked to. */
  readonly folder: string;
  readonly sh: (script: string) => Promise<Typed>;
  readonly close: () => Promise<void>;
}

export async function makePackBench(mode: Mode): Promise<PackBench> {
  const bench = await makeBench(mode);
  try {
    return { ...(await pack(mode, bench)), close: bench.close };
  } catch (error) {
    // A sandbox that is left open keeps the test from its end.
    await bench.close();
    throw error;
  }
}

async function pack(mode: Mode, bench: Bench): Promise<Omit<PackBench, 'close'>> {
  const { folder: sources } = bench;
  const names = readdirSync(`${sources}/deploy-records`).filter((name) => name.endsWith('.sigstore.json'));
  const result = names.find((name) => name.includes('.result.')) ?? '';
  const digestOf = (name: string): string => sha256Hex(readFileSync(`${sources}/deploy-records/${name}`));
  const record = { ...WHOLE_ROW.record, file: result, digest: digestOf(result) };
  const rows: readonly Row[] = [
    makeRow(1, { record }),
    makeRow(2, { kind: 'change', id: 'uev_2', record }),
    makeRow(3),
  ];
  const summary = makeSummary(rows);
  await writeOutputs(summary, sourceOf(rows), { files: nodeFiles, folder: `${sources}/out` });
  const checkpoints = await writeCheckpoints(sources, names.map(digestOf));
  const trust = await writeTrust(mode, bench);
  const options: PackOptions = {
    ...{ files: nodeFiles, path: `${sources}/out/pack.zip`, workFolder: `${sources}/work`, rows: sourceOf(rows) },
    ...{ recordFolders: [`${sources}/deploy-records`], trust, auditKeys: [KEY.publicPem] },
    ...{ checkpoints, exceptions: [], policies: [] },
    reports: readdirSync(`${sources}/out`).map((name) => `${sources}/out/${name}`),
    allowSandbox: true,
  };
  const written = await writePack(options);
  const folder = `${sources}/unpacked`;
  mkdirSync(folder);
  execFileSync('unzip', ['-q', options.path, '-d', folder]);
  return {
    ...{ written, sources, options, folder },
    sh: (script) => type(folder, script, writeCommand(sources)),
  };
}

/** Two of one name, in two folders, of which the second goes on from the first and has answers. */
async function writeCheckpoints(sources: string, digests: readonly string[]): Promise<PackOptions['checkpoints']> {
  const rest = `11111111-2222-4333-8444-555555555555 result - timed ${'0'.repeat(64)} - here`;
  const held = new Held(undefined);
  for (const digest of digests) held.hold(digest, rest);
  const ledger = { held, unheld: new Set<string>(), carried: 0 };
  const scope = { teamId: 'team_abc', projectIds: ['prj_web'], since: 0, until: NOW };
  const [before, folder] = [`${sources}/before`, `${sources}/checkpoints`];
  for (const one of [before, folder]) mkdirSync(one);
  const common = {
    files: nodeFiles,
    scope,
    pipeVersion: '1.0.0',
    ledger,
    signer: SIGNER,
    identity: undefined,
    now: NOW,
  };
  const first = await writeCheckpoint({ ...common, folder: before });
  const path = `${before}/${first.name}`;
  const trusted = { trust: TRUST, signer: undefined, now: NOW };
  const previous = await readCheckpoint({ files: nodeFiles, path, scope, ...trusted });
  const second = await writeCheckpoint({ ...common, folder, previous, answers: answer() });
  return [
    { bundle: path, list: `${before}/${first.listName}` },
    {
      bundle: `${folder}/${second.name}`,
      list: `${folder}/${second.listName}`,
      answers: `${folder}/${second.answersName ?? ''}`,
    },
  ];
}

async function* answer(): AsyncGenerator<readonly KeptAnswer[]> {
  yield await Promise.resolve([{ about: 'steps', key: 'a', askedAt: NOW, answer: { absent: true } }]);
}

/** The records' keys alone: in a list, as the one that was given, or those of the issuer. */
async function writeTrust(mode: Mode, { folder: sources, sh }: Bench): Promise<PackOptions['trust']> {
  const tsa = `${sources}/tsa-root.pem`;
  if (mode === 'vault') {
    const pem = readFileSync(`${sources}/key.pem`, 'utf8');
    const id = execFileSync('sh', ['-c', `ssh-keygen -i -m PKCS8 -f key.pem | ssh-keygen -lf - | cut -d ' ' -f 2`], {
      ...{ cwd: sources, encoding: 'utf8' },
    }).trim();
    const list = [makeEntry({ keyid: id, jwk: undefined, pem })];
    writeFileSync(`${sources}/deploy keys.json`, JSON.stringify(list));
    return { keyList: `${sources}/deploy keys.json`, tsa };
  }
  if (mode === 'keyless') return { issuerKeys: `${sources}/issuer-keys.json`, tsa };
  await sh('printf %s "$SIGNING_KEY" | base64 -d | openssl pkey -pubout -out key.pem');
  return { publicKey: `${sources}/key.pem` };
}

/** A folder with `vercel-oidc-deploy`, as the page calls the program. */
function writeCommand(sources: string): string {
  const bin = `${sources}/bin`;
  mkdirSync(bin, { recursive: true });
  writeFileSync(`${bin}/run.mjs`, `import { run } from ${JSON.stringify(APP)};\nawait run();\n`);
  rmSync(`${bin}/vercel-oidc-deploy`, { force: true });
  writeFileSync(`${bin}/vercel-oidc-deploy`, `#!/bin/sh\nexec node --no-warnings ${bin}/run.mjs "$@"\n`);
  chmodSync(`${bin}/vercel-oidc-deploy`, 0o755);
  return bin;
}

function type(cwd: string, script: string, bin: string): Promise<Typed> {
  const env = { PATH: `${bin}:${dirname(process.execPath)}:${process.env['PATH'] ?? ''}`, TZ: 'UTC' };
  return new Promise((resolve) => {
    const child = execFile('sh', ['-euc', script], { cwd, env }, (_error, stdout, stderr) => {
      resolve({ status: child.exitCode ?? -1, output: `${stdout}${stderr}` });
    });
  });
}
