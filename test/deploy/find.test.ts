import { describe, expect, it } from '@jest/globals';
import { listDeployments, readDeployment } from '../../src/deploy/find.ts';
import { PipeError } from '../../src/errors.ts';
import type { HttpReply } from '../../src/http/index.ts';
import { NEVER, NO_PRODUCTION, refused, reply, scriptApi } from './support/fake-api.ts';
import { moveScene, PROJECT } from './support/move.ts';
import { failureOf } from './support/scripted-api.ts';

const item = (id: string): object => ({ uid: id, state: 'READY', url: `${id}.vercel.app`, meta: { a: '1' } });

describe('one deployment', () => {
  it.each([404, 410])('is not there where Vercel says %d', async (status) => {
    const { api } = scriptApi({ read: [refused(status, 'not_found')] });
    expect(await readDeployment(api, 'dpl_1', NEVER)).toBeUndefined();
  });

  it.each<[string, HttpReply | Error, string]>([
    ['a denial', refused(403, 'forbidden'), 'DENIED_BY_VERCEL'],
    ['a failure', refused(500, 'boom'), 'SERVICE_FAILED'],
    ['what is no deployment', reply(200, { hello: 1 }), 'SERVICE_FAILED'],
    ['no answer', new PipeError({ code: 'NETWORK', message: 'gone' }), 'NETWORK'],
  ])('is not taken from %s', async (_, answer, code) => {
    const { api } = scriptApi({ read: [answer] });
    const failure = (await failureOf(readDeployment(api, 'dpl_1', NEVER))) as PipeError;
    expect(failure.code).toBe(code);
    expect(failure.message).toContain('show dpl_1');
  });
});

describe('the deployments of a project', () => {
  const pages = (answers: readonly HttpReply[]): Parameters<typeof listDeployments>[0] & { asked: unknown[] } => {
    const asked: unknown[] = [];
    const list = (_project: string, _target: unknown, until: number | undefined): Promise<HttpReply> => {
      asked.push(until);
      const answer = answers[Math.min(asked.length, answers.length) - 1];
      return answer ? Promise.resolve(answer) : Promise.reject(new Error('no page'));
    };
    return { asked, production: { ...NO_PRODUCTION, list } };
  };
  const page = (next: number | null, ...ids: string[]): HttpReply =>
    reply(200, { deployments: ids.map(item), pagination: { next } });
  const asked = { projectId: PROJECT, target: 'production' as const };

  it('are read page after page', async () => {
    const api = pages([page(9, 'dpl_3', 'dpl_2'), page(null, 'dpl_1')]);
    const { reports, whole } = await listDeployments(api, asked, NEVER);
    expect(reports.map(({ deployment }) => deployment.id)).toEqual(['dpl_3', 'dpl_2', 'dpl_1']);
    expect([whole, api.asked]).toEqual([true, [undefined, 9]]);
  });

  it('end after five pages, and where a page comes again', async () => {
    let next = 100;
    const many = Array.from({ length: 9 }, () => page((next -= 1), 'dpl_x'));
    const api = pages(many);
    expect(await listDeployments(api, asked, NEVER)).toMatchObject({ whole: false });
    expect(api.asked).toHaveLength(5);
    const again = pages([page(7, 'dpl_x')]);
    expect(await listDeployments(again, asked, NEVER)).toMatchObject({ whole: false });
    expect(again.asked).toEqual([undefined, 7]);
  });

  it.each([
    ['a denial', refused(403, 'forbidden'), 'DENIED_BY_VERCEL'],
    ['no list', reply(200, {}), 'SERVICE_FAILED'],
  ])('are not taken from %s', async (_, answer, code) => {
    expect(await failureOf(listDeployments(pages([answer]), asked, NEVER))).toMatchObject({ code });
  });
});

it('asks Vercel with these requests, and no others', async () => {
  const { sandbox, deps, staged, older } = await moveScene();
  const { production: api } = deps.api;
  await api.list(PROJECT, 'production', undefined, NEVER);
  await api.list(PROJECT, undefined, 5, NEVER);
  await api.move('promote', PROJECT, staged.id, NEVER);
  await api.move('rollback', PROJECT, older.id, NEVER);
  await api.unmoved('promote', PROJECT, NEVER);
  await api.unmoved('rollback', PROJECT, NEVER);
  expect(
    sandbox.journal.map(({ method, path, query, status }) => `${method} ${path}${query} ${String(status)}`),
  ).toEqual([
    'GET /v7/deployments?projectId=prj_web&limit=100&target=production&teamId=team_acme 200',
    'GET /v7/deployments?projectId=prj_web&limit=100&until=5&teamId=team_acme 200',
    `POST /v10/projects/prj_web/promote/${staged.id}?teamId=team_acme 201`,
    `POST /v1/projects/prj_web/rollback/${older.id}?teamId=team_acme 201`,
    'GET /v1/projects/prj_web/promote/aliases?failedOnly=true&limit=20&teamId=team_acme 200',
    'GET /v9/projects/prj_web/rollback/aliases?failedOnly=true&limit=20&teamId=team_acme 200',
  ]);
});
