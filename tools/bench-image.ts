/**
 * `npm run bench:image [-- --runs N]`: how large the image is, how soon a container of it says its first line, and how
 * much memory ten thousand files take in one. Status 1 where a target is missed, 3 where nothing could be measured.
 */
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { VERSION } from '../src/version.ts';
import { measurePeaks, MAX_PEAK_MIB } from './image/bench-memory.ts';
import { measureStarts, MAX_START_MS } from './image/bench-start.ts';
import { buildImage } from './image/build.ts';
import { measureLayers, MAX_COMPRESSED, MAX_OWN_COMPRESSED } from './image/layers.ts';
import { openMachine } from './image/machine.ts';
import type { Storage } from './image/storage.ts';

const BASE = 'localhost/bench-image-base:24';
const IMAGE = 'localhost/bench-image:1';

const { values } = parseArgs({ options: { runs: { type: 'string', default: '15' } } });
const machine = await openMachine(BASE);
if (typeof machine !== 'string') await bench(machine, Number(values.runs));
else {
  console.error(`NOT RUN: ${machine}`);
  process.exitCode = 3;
}

async function bench(storage: Storage, runs: number): Promise<void> {
  const scratch = await mkdtemp(join(tmpdir(), 'bench-image-'));
  try {
    await buildImage({ tag: IMAGE, base: BASE, version: VERSION, revision: 'bench' });
    await tellSizes();
    await tellStarts(runs);
    await mkdir(`${scratch}/build`);
    for (const { form, mib, files } of await measurePeaks(IMAGE, scratch)) {
      tell(`memory, ${String(files)} files as ${form}`, `${mib.toFixed(0)} MiB`, mib, MAX_PEAK_MIB, 'MiB');
    }
  } finally {
    await rm(scratch, { recursive: true, force: true });
    await storage.remove();
  }
}

async function tellSizes(): Promise<void> {
  const [runtime, own] = await measureLayers(IMAGE);
  if (runtime === undefined || own === undefined) throw new Error('the image has fewer than two layers');
  const show = ({ compressed, uncompressed }: typeof own): string =>
    `${mb(compressed)} compressed, ${mb(uncompressed)} unpacked`;
  const whole = {
    compressed: runtime.compressed + own.compressed,
    uncompressed: runtime.uncompressed + own.uncompressed,
  };
  console.log(`layer of Node and its libraries: ${show(runtime)}`);
  tell('layer of the pipe', show(own), own.compressed / 1e6, MAX_OWN_COMPRESSED / 1e6, 'MB');
  tell('whole image', show(whole), whole.compressed / 1e6, MAX_COMPRESSED / 1e6, 'MB');
}

async function tellStarts(runs: number): Promise<void> {
  const { pipe, node } = await measureStarts({ image: IMAGE, base: BASE, runs });
  const text = `${pipe.toFixed(0)} ms; node -p 0 on the same base ${node.toFixed(0)} ms; medians of ${String(runs)}`;
  tell('start to first line', `${text}; difference ${(pipe - node).toFixed(0)} ms`, pipe - node, MAX_START_MS, 'ms');
}

function tell(what: string, figures: string, value: number, target: number, unit: string): void {
  const met = value <= target;
  console.log(`${what}: ${figures} (target ${String(target)} ${unit}: ${met ? 'met' : 'MISSED'})`);
  if (!met) process.exitCode = 1;
}

function mb(bytes: number): string {
  return `${(bytes / 1e6).toFixed(2)} MB`;
}
