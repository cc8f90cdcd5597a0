import { describe, expect, it } from '@jest/globals';
import { createOnce } from '../../src/deploy/create.ts';
import type { CreateBody } from '../../src/deploy/vercel-api.ts';
import { PipeError } from '../../src/errors.ts';
import type { HttpReply } from '../../src/http/index.ts';
import { NEVER, refused, reply, scriptApi } from './support/fake-api.ts';

const BODY: CreateBody = { name: 'web', project: 'prj_web', meta: { mine: 'i1' }, files: [], version: 2 };
const QUERY = { prebuilt: true, forceNew: false };
const SOUGHT = { projectId: 'prj_web', metaKey: 'mine', metaValue: 'i1', creatorId: 'app_1' };
const MADE = { id: 'dpl_1', url: 'web-1.vercel.app', readyState: 'QUEUED', target: null };
const LOST = new PipeError({ code: 'NETWORK', message: 'Vercel could not be reached.', got: 'ECONNRESET' });

const listed = (...items: object[]): HttpReply => reply(200, { deployments: items });
const mine = (changes: object = {}): object => ({
  ...MADE,
  uid: 'dpl_1',
  meta: { mine: 'i1' },
  creator: { uid: 'app_1', type: 'app' },
  ...changes,
});

async function run(
  script: Parameters<typeof scriptApi>[0],
): Promise<{ outcome: unknown; calls: string[]; log: string; slept: number[] }> {
  const bench = scriptApi(script);
  const outcome = await createOnce(bench, BODY, QUERY, SOUGHT, NEVER).catch((error: unknown) => error);
  return { outcome, calls: bench.calls, log: bench.log.text(), slept: bench.clock.slept };
}

describe('creating once', () => {
  it('gives the deployment, or what Vercel lacks', async () => {
    expect((await run({ create: [reply(200, MADE)] })).outcome).toMatchObject({
      report: { deployment: { id: 'dpl_1' } },
    });
    const missing = refused(400, 'missing_files', { missing: ['a', 'b', 'a'] });
    expect((await run({ create: [missing] })).outcome).toEqual({ missing: ['a', 'b'] });
  });

  it.each<[string, HttpReply | Error]>([
    ['no answer', LOST],
    ['500', refused(500, 'internal_server_error')],
    ['504', reply(504, 'gateway')],
    ['408', reply(408, '')],
    ['a page of a gateway', reply(200, '<html>gateway</html>')],
  ])('takes what was made where the answer is %s, and makes no second one', async (_, answer) => {
    const { outcome, calls, log, slept } = await run({
      create: [answer],
      // The list lags behind.
      findByMeta: [listed(), listed(mine())],
      read: [reply(200, mine())],
    });
    expect(outcome).toMatchObject({ report: { deployment: { id: 'dpl_1' } } });
    expect(calls).toEqual(['create 0', 'findByMeta mine=i1', 'findByMeta mine=i1', 'read dpl_1']);
    expect(slept).toEqual([1000, 3000]);
    expect(log).toMatch(/info dpl_1 was made, only the answer was lost/);
  });

  it.each<[string, object]>([
    ['made by someone else', { creator: { uid: 'usr_evil', type: 'user' } }],
    ['with other meta, from a list that ignores the filter', { meta: { mine: 'i2' } }],
  ])('does not take a look-alike %s, and creates again', async (_, changes) => {
    const { outcome, calls } = await run({
      create: [LOST, reply(200, { ...MADE, id: 'dpl_2' })],
      findByMeta: [listed(mine(changes))],
    });
    expect(outcome).toMatchObject({ report: { deployment: { id: 'dpl_2' } } });
    expect(calls.filter((call) => call.startsWith('create'))).toHaveLength(2);
    expect(calls.filter((call) => call.startsWith('findByMeta'))).toHaveLength(3);
  });

  it('does not create again where Vercel cannot be asked what there is', async () => {
    const { outcome, calls } = await run({ create: [LOST], findByMeta: [refused(503, 'unavailable')] });
    expect(outcome).toMatchObject({ code: 'SERVICE_FAILED', message: expect.stringContaining('list the deployments') });
    expect((outcome as PipeError).fix).toMatch(/A deployment may have been made/);
    expect(calls.filter((call) => call.startsWith('create'))).toHaveLength(1);
  });

  it('does not create again where only an early look was answered: the list may have lagged behind', async () => {
    const { outcome, calls } = await run({ create: [LOST], findByMeta: [listed(), refused(503, 'unavailable')] });
    expect(outcome).toMatchObject({ code: 'SERVICE_FAILED', message: expect.stringContaining('list the deployments') });
    expect(calls.filter((call) => call.startsWith('create'))).toHaveLength(1);
  });

  it('gives up after three creates that nothing came of, with the last reason', async () => {
    const { outcome, calls } = await run({ create: [refused(500, 'boom')], findByMeta: [listed()] });
    expect(outcome).toMatchObject({ code: 'SERVICE_FAILED', got: expect.stringContaining('boom') });
    expect(calls.filter((call) => call.startsWith('create'))).toHaveLength(3);
  });

  it('looks for nothing where Vercel refuses', async () => {
    const { outcome, calls } = await run({ create: [refused(403, 'forbidden')] });
    expect(outcome).toMatchObject({ code: 'DENIED_BY_VERCEL' });
    expect(calls).toEqual(['create 0']);
  });

  it.each([
    ['no list', refused(400, 'missing_files')],
    ['an empty list', refused(400, 'missing_files', { missing: [] })],
    ['no deployment', reply(200, { hello: 'world' })],
  ])('does not take %s for an answer', async (_, answer) => {
    const { outcome } = await run({ create: [answer], findByMeta: [listed()] });
    expect(outcome).toBeInstanceOf(PipeError);
  });
});
