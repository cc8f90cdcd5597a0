import { describe, expect, it } from '@jest/globals';
import { readReport } from '../../src/deploy/report.ts';
import {
  eachDeployment,
  isRemovable,
  readEnvironment,
  readServing,
  removeDeployment,
} from '../../src/deploy/upkeep.ts';
import type { HttpReply } from '../../src/http/index.ts';
import { NEVER, NO_PRODUCTION, refused, reply } from './support/fake-api.ts';

function page(ids: readonly string[], next: unknown): HttpReply {
  const deployments = ids.map((uid) => ({ uid, state: 'READY', projectId: uid.startsWith('x') ? 'prj_x' : 'prj_web' }));
  return reply(200, { deployments, pagination: { next } });
}

async function list(
  pages: readonly HttpReply[],
  maxPages = 9,
): Promise<{ ids: string[]; whole: boolean; asked: number[] }> {
  const asked: number[] = [];
  const production = {
    ...NO_PRODUCTION,
    list: (_project: string, _target: unknown, until: number | undefined) => {
      asked.push(until ?? 0);
      return Promise.resolve(pages[asked.length - 1] ?? page([], null));
    },
  };
  const wanted = { projectId: 'prj_web', target: undefined, before: 1000, maxPages };
  const each = eachDeployment({ production }, wanted, NEVER);
  const ids: string[] = [];
  for (;;) {
    const { value, done } = await each.next();
    if (done) return { ids, whole: value, asked };
    ids.push(value.deployment.id);
  }
}

describe('the list of deployments', () => {
  it('is read page by page to its end, without what is not of the project', async () => {
    const pages = [page(['a', 'x1', 'b'], 500), page(['c'], 200), page(['d'], null)];
    expect(await list(pages)).toEqual({ ids: ['a', 'b', 'c', 'd'], whole: true, asked: [1000, 500, 200] });
  });

  it('ends at a number of pages, and says that there is more', async () => {
    expect(await list([page(['a'], 500), page(['b'], 200)], 2)).toEqual({
      ids: ['a', 'b'],
      whole: false,
      asked: [1000, 500],
    });
  });

  it.each([1000, 2000])('ends where the cursor does not go back (%d)', async (next) => {
    expect(await list([page(['a'], next), page(['a'], next)])).toMatchObject({ ids: ['a'], whole: false });
  });

  it.each([reply(200, {}), reply(200, []), refused(403, 'forbidden')])(
    'is an error where it is no list',
    async (answer) => {
      await expect(list([answer])).rejects.toMatchObject({
        message: 'Vercel did not list the deployments of the project.',
      });
    },
  );
});

describe('a deletion', () => {
  it.each([
    { answer: reply(200, { uid: 'dpl_1', state: 'DELETED' }), expected: 'done' },
    { answer: refused(404, 'not_found'), expected: 'gone' },
    { answer: refused(410, 'deployment_deleted'), expected: 'gone' },
  ])('ends $expected', async ({ answer, expected }) => {
    expect(await removeDeployment({ remove: () => Promise.resolve(answer) }, 'dpl_1', NEVER)).toBe(expected);
  });

  it.each([
    { status: 403, code: 'DENIED_BY_VERCEL' },
    { status: 429, code: 'RATE_LIMITED' },
    { status: 500, code: 'SERVICE_FAILED' },
    { status: 409, code: 'REQUEST_REJECTED' },
  ])('that is refused by $status is $code', async ({ status, code }) => {
    const remove = (): Promise<HttpReply> => Promise.resolve(refused(status, 'no'));
    await expect(removeDeployment({ remove }, 'dpl_1', NEVER)).rejects.toMatchObject({
      code,
      message: 'Vercel did not delete dpl_1.',
    });
  });
});

describe('the environment', () => {
  const read = (answer: HttpReply): Promise<unknown> =>
    readEnvironment(
      { environment: () => Promise.resolve(answer) },
      { projectId: 'p', target: 'preview', branch: undefined },
      NEVER,
    );

  it('is names and texts', async () => {
    expect(await read(reply(200, { env: { A: '1', B: 2, C: null }, buildEnv: { D: '1' } }))).toEqual({ A: '1' });
  });

  it.each(['challenge_required', 'challenge_required_email_otp', 'user_auth_required'])(
    'may want a person: %s',
    async (code) => {
      await expect(read(refused(403, code))).rejects.toMatchObject({
        code: 'DENIED_BY_VERCEL',
        got: `status 403 ${code}`,
        fix: expect.stringContaining('Leave PULL_ENVIRONMENT out'),
      });
    },
  );

  it.each([
    { answer: refused(403, 'forbidden'), code: 'DENIED_BY_VERCEL' },
    { answer: reply(200, { env: ['s3cret'] }), code: 'SERVICE_FAILED' },
    { answer: reply(200, 's3cret'), code: 'SERVICE_FAILED' },
  ])('that is not given is $code, and no word of it is told', async ({ answer, code }) => {
    const error = await read(answer).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code, message: 'Vercel did not give the environment variables of preview.' });
    expect(JSON.stringify(error)).not.toMatch(/s3cret|Leave PULL/);
  });
});

describe('what may be removed', () => {
  const serving = { deploymentId: 'dpl_production', names: ['www.acme.example'] };

  it.each<{ name: string; body: object; expected: boolean }>([
    { name: 'a preview', body: { alias: ['web-pr-2.vercel.app'] }, expected: true },
    { name: 'what serves production', body: { id: 'dpl_production' }, expected: false },
    { name: 'a name of production', body: { alias: ['a', 'www.acme.example'] }, expected: false },
    { name: 'a custom environment', body: { customEnvironment: { id: 'env_qa', slug: 'preview' } }, expected: false },
    { name: 'production', body: { target: 'production' }, expected: false },
    { name: 'a share of traffic', body: { readySubstate: 'ROLLING' }, expected: false },
  ])('is $name: $expected', ({ body, expected }) => {
    const report = readReport({ id: 'dpl_1', readyState: 'READY', target: null, ...body });
    expect(report && isRemovable(report, serving)).toBe(expected);
  });
});

describe('what serves production', () => {
  it('is its deployment, and every name of the project', async () => {
    const body = {
      targets: { production: { id: 'dpl_1', alias: ['web.vercel.app', 7] } },
      alias: [{ domain: 'www.acme.example' }, 'acme.example', {}],
    };
    const answer = { readProject: () => Promise.resolve(reply(200, body)) };
    expect(await readServing(answer, 'prj_web', NEVER)).toEqual({
      deploymentId: 'dpl_1',
      names: ['web.vercel.app', 'www.acme.example', 'acme.example'],
    });
    const bare = { readProject: () => Promise.resolve(reply(200, { targets: null })) };
    expect(await readServing(bare, 'prj_web', NEVER)).toEqual({ deploymentId: undefined, names: [] });
  });

  it('is an error where Vercel does not say', async () => {
    const refusing = { readProject: () => Promise.resolve(refused(403, 'forbidden')) };
    await expect(readServing(refusing, 'prj_web', NEVER)).rejects.toMatchObject({ code: 'DENIED_BY_VERCEL' });
  });
});
