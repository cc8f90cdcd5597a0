import { afterAll, describe, expect, it } from '@jest/globals';
import { rmSync } from 'node:fs';
import { collectPipelines, collectVercel } from '../../../src/audit/collect/index.ts';
import { nodeFiles } from '../../../src/platform/files.ts';
import type { Files } from '../../../src/platform/types.ts';
import { bench, mortalFiles, NEVER, SINCE, valuesOf, type Bench, type Moment } from './support/bench.ts';

const NAMES = ['deployments', 'events', 'tokens', 'projects', 'pipelines'];

/** Two pages and a bit of everything. */
async function populated(): Promise<Bench> {
  const b = await bench();
  for (let index = 0; index < 230; index += 1) {
    const createdAt = SINCE + 1000 * Math.floor(index / 3);
    b.sandbox.vercel.plantDeployment({ projectId: 'prj_web', createdAt });
    b.sandbox.vercel.plantEvent({ type: 'alias', createdAt, payload: { alias: `${String(index)}.example.com` } });
    const uuid = `{aaaaaaaa-0000-4000-8000-${String(index).padStart(12, '0')}}`;
    b.sandbox.bitbucket.plantPipeline({ uuid, createdAt });
  }
  return b;
}

async function run(b: Bench, files: Files): Promise<Record<string, unknown>> {
  const spool = await b.open(files);
  const vercel = await collectVercel(b.scope, b.vercel, spool, NEVER);
  const pipelines = await collectPipelines([b.repository], b.scope, b.bitbucket, spool, NEVER);
  const lines = await Promise.all(NAMES.map(async (name) => [name, await valuesOf(spool, name)] as const));
  return { ...Object.fromEntries(lines), vercel, pipelines };
}

const b = await populated();
const counter = mortalFiles();
const whole = await run(b, counter);
const requests = b.sandbox.journal.length;

afterAll(() => rmSync(b.folder, { recursive: true, force: true }));

describe('a run that is killed', () => {
  it('is compared with one that was not', () => {
    expect((whole['deployments'] as unknown[]).length).toBe(230);
    expect((whole['pipelines'] as { seen: number }).seen).toBe(230);
    expect(counter.writes()).toBeGreaterThan(20);
  });

  it.each(['before', 'torn', 'after'] as const)(
    '%s any of its writes goes on and finds the same',
    async (moment: Moment) => {
      for (let at = 1; at <= counter.writes(); at += 1) {
        await nodeFiles.remove(b.folder);
        const before = b.sandbox.journal.length;
        await expect(run(b, mortalFiles(at, moment))).rejects.toThrow(/killed|written/);
        expect(await run(b, nodeFiles)).toEqual(whole);
        // No more than the page that was under way is asked for again.
        expect(b.sandbox.journal.length - before).toBeLessThanOrEqual(requests + 1);
      }
    },
    120_000,
  );

  it('has nothing left to ask when it had ended', async () => {
    const before = b.sandbox.journal.length;
    expect(await run(b, nodeFiles)).toEqual(whole);
    expect(b.sandbox.journal.length).toBe(before);
  });
});
