import { execFile, execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { writeOutputs, writePack, type PackOptions, type WrittenPack } from '../../../../src/audit/outputs/index.ts';
import { Held } from '../../../../src/audit/records/held.ts';
import { readCheckpoint, writeCheckpoint } from '../../../../src/audit/records/index.ts';
import type { Row } from '../../../../src/audit/types.ts';
import { sha256Hex } from '../../../../src/digest.ts';
import { nodeFiles } from '../../../../src/platform/files.ts';
import { makeEntry } from '../../../record/support/key-lists.ts';
import { KEY, SIGNER, TRUST } from '../../../record/support/records.ts';
import { makeBench, type Mode, type Typed } from '../../../support/record-bench.ts';
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
    return { ...(await pack(mode, bench.folder)), close: bench.close };
  } catch (error) {
    // A sandbox that is left open keeps the test from its end.
    await bench.close();
    throw error;
  }
}

async function pack(mode: Mode, sources: string): Promise<Omit<PackBench, 'close'>> {
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
  const trust = writeTrust(mode, sources);
  const options: PackOptions = {
    ...{ files: nodeFiles, path: `${sources}/out/pack.zip`, workFolder: `${sources}/work`, rows: sourceOf(rows) },
    ...{ recordFolders: [`${sources}/deploy-records`], trust, checkpoints, exceptions: [], policies: [] },
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

/** Two, of which the second goes on from the first. */
async function writeCheckpoints(sources: string, digests: readonly string[]): Promise<readonly string[]> {
  const rest = `11111111-2222-4333-8444-555555555555 result - timed ${'0'.repeat(64)} - here`;
  const held = new Held(undefined);
  for (const digest of digests) held.hold(digest, rest);
  const ledger = { held, unheld: new Set<string>(), carried: 0 };
  const scope = { teamId: 'team_abc', projectIds: ['prj_web'], since: 0, until: NOW };
  const folder = `${sources}/checkpoints`;
  mkdirSync(folder);
  const common = { files: nodeFiles, folder, scope, pipeVersion: '1.0.0', ledger, signer: SIGNER, identity: undefined };
  const first = await writeCheckpoint({ ...common, now: NOW });
  const path = `${folder}/${first.name}`;
  const trusted = { trust: TRUST, signer: undefined, now: NOW };
  const previous = await readCheckpoint({ files: nodeFiles, path, scope, ...trusted });
  const second = await writeCheckpoint({ ...common, now: NOW + 1000, previous });
  return [first, second].flatMap(({ name, listName }) => [name, listName].map((one) => `${folder}/${one}`));
}

/** The records' keys, and that of the checkpoints: in a list, or as the one key that was given. */
function writeTrust(mode: Mode, sources: string): PackOptions['trust'] {
  const tsa = `${sources}/tsa-root.pem`;
  if (mode === 'vault') {
    const pem = readFileSync(`${sources}/key.pem`, 'utf8');
    const id = execFileSync('sh', ['-c', `ssh-keygen -i -m PKCS8 -f key.pem | ssh-keygen -lf - | cut -d ' ' -f 2`], {
      ...{ cwd: sources, encoding: 'utf8' },
    }).trim();
    const list = [makeEntry(), makeEntry({ keyid: id, jwk: undefined, pem })];
    writeFileSync(`${sources}/deploy keys.json`, JSON.stringify(list));
    return { keyList: `${sources}/deploy keys.json`, tsa };
  }
  writeFileSync(`${sources}/auditor.pem`, KEY.publicPem);
  return { issuerKeys: `${sources}/issuer-keys.json`, publicKey: `${sources}/auditor.pem`, tsa };
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
