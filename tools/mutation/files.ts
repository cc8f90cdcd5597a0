import { readdir } from 'node:fs/promises';
import { build } from 'esbuild';
import { BUNDLE_OPTIONS, ROOT } from '../bundle.ts';
import type { Room } from './options.ts';

/** Of `record` what verifies, and what it rests on; what makes records is seen by every test that reads one. */
const ENTRIES = ['verify', 'verify-attestation', 'key-list', 'issuer-keys', 'trust-digest'];

/** The sources of a room that are mutated, relative to the project. */
export async function listSources(room: Room): Promise<readonly string[]> {
  const entries = room === 'record' ? ENTRIES.map((name) => `src/record/${name}.ts`) : await listAll(room);
  const { metafile } = await build({
    ...BUNDLE_OPTIONS,
    absWorkingDir: ROOT,
    entryPoints: [...entries],
    outdir: 'build/mutation-unwritten',
    write: false,
    metafile: true,
    logLevel: 'silent',
  });
  return Object.keys(metafile.inputs)
    .filter((path) => path.startsWith(`src/${room}/`))
    .sort();
}

async function listAll(room: Room): Promise<readonly string[]> {
  return (await readdir(`${ROOT}src/${room}`))
    .filter((name) => name.endsWith('.ts'))
    .map((name) => `src/${room}/${name}`);
}

export async function listTests(room: Room): Promise<readonly string[]> {
  const names = await readdir(`${ROOT}test/${room}`, { recursive: true });
  return names
    .filter((name) => name.endsWith('.test.ts'))
    .map((name) => `test/${room}/${name}`)
    .sort();
}
