import { describe, expect, it } from '@jest/globals';
import { completeReport, findOwn, listByMeta, readAgain } from '../../src/deploy/lookup.ts';
import { readReport, type Report } from '../../src/deploy/report.ts';
import { PipeError } from '../../src/errors.ts';
import type { HttpReply } from '../../src/http/index.ts';
import { NEVER, NO_PRODUCTION, refused, reply, scriptApi, type ApiBench } from './support/fake-api.ts';

const SOUGHT = { projectId: 'prj_web', metaKey: 'mine', metaValue: 'i1', creatorId: 'app_1' };
const SHORT = { id: 'dpl_1', readyState: 'QUEUED', alias: ['web.vercel.app'], aliasAssigned: false, target: null };
const LONG = { ...SHORT, url: 'web-1.vercel.app', createdAt: 5, customEnvironment: { id: 'env_qa', slug: 'qa' } };
const LISTED = { ...LONG, meta: { mine: 'i1' }, creator: { uid: 'app_1', type: 'app' } };

function report(body: object): Report {
  const read = readReport(body);
  if (!read) throw new Error('no report');
  return read;
}
/** By `meta`, and of the whole project. */
function listing(byMeta: (HttpReply | Error)[], all: HttpReply): { bench: ApiBench; api: ApiBench['api'] } {
  const bench = scriptApi({ findByMeta: byMeta });
  return { bench, api: { ...bench.api, production: { ...NO_PRODUCTION, list: () => Promise.resolve(all) } } };
}
const list = (...items: object[]): HttpReply => reply(200, { deployments: items });

describe('a short answer to a create', () => {
  it('is made whole by the list, which may lag', async () => {
    const bench = scriptApi({ findByMeta: [list(), list(LISTED)] });
    const whole = await completeReport(bench, report(SHORT), SOUGHT, NEVER);
    expect(whole).toMatchObject({
      deployment: { id: 'dpl_1', url: 'https://web-1.vercel.app', createdAt: 5, target: 'qa' },
      ...{ customEnvironment: { slug: 'qa' }, meta: { mine: 'i1' }, creatorId: 'app_1' },
    });
    expect(bench.clock.slept).toEqual([1000, 3000]);
  });

  it('is taken as it is where it is whole: nothing is asked', async () => {
    const bench = scriptApi({});
    const whole = report(LONG);
    expect(await completeReport(bench, whole, SOUGHT, NEVER)).toBe(whole);
    expect(bench.calls).toEqual([]);
  });

  it('is made whole where Vercel answered with an older one of another intent', async () => {
    const older = { ...LISTED, meta: { mine: 'i0' } };
    const { bench, api } = listing([list()], list({ ...LISTED, id: 'dpl_2' }, older));
    const whole = await completeReport({ ...bench, api }, report(SHORT), SOUGHT, NEVER);
    expect(whole).toMatchObject({ deployment: { id: 'dpl_1', createdAt: 5 }, meta: { mine: 'i0' } });
  });

  it.each<[string, HttpReply | Error]>([
    ['does not have it', list()],
    ['has another one under its intent', list({ ...LISTED, id: 'dpl_2' })],
    ['fails', refused(500, 'oops')],
    ['cannot be reached', new PipeError({ code: 'NETWORK', message: 'gone' })],
  ])('stays short where the list %s', async (_, answer) => {
    const { bench, api } = listing([answer], list());
    const short = report(SHORT);
    expect(await completeReport({ ...bench, api }, short, SOUGHT, NEVER)).toBe(short);
    expect(bench.log.text()).toContain('debug Vercel says little of dpl_1');
  });

  it('ends with the run', async () => {
    const stop = new AbortController();
    stop.abort(new PipeError({ code: 'TERMINATED', message: 'Stopped.' }));
    const ended = completeReport(scriptApi({}), report(SHORT), SOUGHT, stop.signal);
    await expect(ended).rejects.toMatchObject({ code: 'TERMINATED' });
  });
});

describe('a list that Vercel does not give', () => {
  const MADE = /A deployment may have been made/;

  it.each<[string, HttpReply | Error, string]>([
    ['fails', refused(500, 'oops'), 'SERVICE_FAILED'],
    ['is not answered for', new PipeError({ code: 'NETWORK', message: 'gone', fix: 'Try again.' }), 'NETWORK'],
  ])('and %s says what a create may have made, and nothing of it where there was none', async (_, answer, code) => {
    const bench = scriptApi({ findByMeta: [answer] });
    await expect(findOwn(bench, SOUGHT, NEVER)).rejects.toMatchObject({ code, fix: expect.stringMatching(MADE) });
    await expect(listByMeta(bench.api, SOUGHT, NEVER)).rejects.toMatchObject({
      ...{ code, message: expect.stringContaining('list the deployments of the project') },
      fix: expect.not.stringMatching(MADE),
    });
  });
});

describe('one that is read again', () => {
  it('keeps what the list has said where the reply is short', async () => {
    const bench = scriptApi({ read: [reply(200, { ...SHORT, readyState: 'READY' })] });
    const again = await readAgain(bench.api, report(LISTED), NEVER);
    expect(again).toMatchObject({
      deployment: { readyState: 'READY', target: 'qa', createdAt: 5, url: 'https://web-1.vercel.app' },
      ...{ customEnvironment: { slug: 'qa' }, meta: { mine: 'i1' }, creatorId: 'app_1' },
    });
  });
});
