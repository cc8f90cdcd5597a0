import { describe, expect, it } from '@jest/globals';
import { bench, SINCE, UNTIL, type Bench } from './collect/support/bench.ts';
import { auditEvents } from './support/audit-events.ts';
import { watchThreads } from './support/watched-threads.ts';

const DAY = 86_400_000;
const PROJECTS = [
  { id: 'prj_web', name: 'web' },
  { id: 'prj_shop', name: 'shop' },
];
const NOON = SINCE + DAY / 2;

type Planted = ReturnType<Bench['sandbox']['vercel']['plantDeployment']>;

/** A deployment of the week before, and a team in which events tell of it as they may. */
async function scene(payloads: 'full' | 'required' = 'full'): Promise<Bench & { own: Planted; foreign: Planted }> {
  const b = await bench({ projects: PROJECTS, events: { payloads }, now: () => UNTIL });
  const plant = (projectId: string): Planted =>
    b.sandbox.vercel.plantDeployment({ projectId, target: 'production', source: 'cli', createdAt: SINCE - 7 * DAY });
  return { ...b, own: plant('prj_web'), foreign: plant('prj_shop') };
}

function tell({ sandbox: { vercel } }: Bench, type: string, of: Planted, about = {}): void {
  const payload = vercel.payloadOf(type, of, about);
  vercel.plantEvent({ type, createdAt: NOON, payload });
}

describe.each(['full', 'required'] as const)('events that name no project (%s payloads)', (payloads) => {
  it('of a deployment from before the period are a row each where Vercel says that it is ours', async () => {
    const b = await scene(payloads);
    for (const one of [b.own, b.foreign]) tell(b, 'alias', one, { alias: 'www.example.com' });
    tell(b, 'deployment-delete', b.own);
    const { summary, rows, singly } = await auditEvents(b);
    expect(summary.counts.change).toEqual({ seen: 2, classes: { UNRECORDED_ALIAS: 1, UNRECORDED_DELETION: 1 } });
    expect(rows).toMatchObject(Array(2).fill({ projectId: 'prj_web', deployment: { id: b.own.id } }));
    expect(summary.status).toBe(1);
    expect(new Set(singly).size).toBe(singly.length);
  });

  it('are not checkable where Vercel does not know the deployment any more', async () => {
    const b = await scene(payloads);
    const gone = { ...b.own, id: 'dpl_gone', url: 'web-gone-acme.vercel.app' };
    tell(b, 'alias', gone, { alias: 'www.example.com' });
    tell(b, 'deployment-delete', gone);
    const { summary, rows } = await auditEvents(b);
    expect(summary.counts.change).toEqual({ seen: 2, classes: { NOT_CHECKABLE: 2 } });
    expect(rows.map(({ reasons }) => reasons[0])).toEqual(
      Array(2).fill('Vercel does not know dpl_gone any more, and nothing else says which project it is of.'),
    );
    expect(summary.status).toBe(3);
  });

  it('are left out where the list of the team shows whose the deleted deployment was', async () => {
    const b = await scene(payloads);
    const plant = (projectId: string): Planted =>
      b.sandbox.vercel.plantDeployment({
        ...{ projectId, createdAt: SINCE - DAY, deletion: { at: NOON, byRetention: false }, plan: { deletedAs: 404 } },
      });
    for (const projectId of ['prj_web', 'prj_shop']) tell(b, 'deployment-delete', plant(projectId));
    const { summary } = await auditEvents(b);
    expect(summary.counts.change).toEqual({ seen: 1, classes: { UNRECORDED_DELETION: 1 } });
  });
});

describe('events that name no project', () => {
  it('are not checkable where Vercel refuses to say it, and the reason says so', async () => {
    const b = await scene();
    // The list is not searched as far back.
    const old = b.sandbox.vercel.plantDeployment({ projectId: 'prj_shop', createdAt: SINCE - 100 * DAY });
    tell(b, 'alias', old, { alias: 'www.example.com' });
    const refusal = { kind: 'status', status: 403, body: {} } as const;
    b.sandbox.misbehave({ match: { path: /^\/v13\/deployments\// }, times: 9, action: refusal });
    const { summary, rows } = await auditEvents(b);
    expect(rows).toMatchObject([{ class: 'NOT_CHECKABLE', production: true, deployment: { id: old.id } }]);
    expect(rows[0]?.reasons[0]).toMatch(/^Vercel does not say of dpl_\w+ which project it is of: Vercel refused/);
    const told = summary.populations.find(({ name }) => name === 'deployments')?.missing;
    expect({ status: summary.status, told }).toEqual({
      ...{ status: 3, told: [expect.stringMatching(/^Vercel refused a deployment.* \(once\)$/)] },
    });
  });

  it('are no trouble where Vercel does not answer, and the list of the team says whose they are', async () => {
    const b = await scene();
    const old = b.sandbox.vercel.plantDeployment({ projectId: 'prj_shop', createdAt: SINCE - DAY });
    tell(b, 'deployment-delete', old);
    const refusal = { kind: 'status', status: 403, body: {} } as const;
    b.sandbox.misbehave({ match: { path: /^\/v13\/deployments\// }, times: 9, action: refusal });
    const { summary, rows, singly } = await auditEvents(b);
    expect({ status: summary.status, rows, asked: singly.length }).toEqual({ status: 0, rows: [], asked: 1 });
  });

  it('take the answer of an event of another project', async () => {
    const b = await scene();
    const gone = { ...b.foreign, id: 'dpl_gone', url: 'shop-gone-acme.vercel.app' };
    b.sandbox.vercel.plantEvent({
      ...{ type: 'deployment', createdAt: NOON - 1, payload: b.sandbox.vercel.payloadOf('deployment', gone) },
    });
    tell(b, 'deployment-delete', gone);
    const { summary, singly } = await auditEvents(b);
    expect(summary.counts).toMatchObject({ deployment: { seen: 0 }, change: { seen: 0 } });
    expect({ status: summary.status, singly }).toEqual({ status: 0, singly: [] });
  });

  it('by the system are nobody to ask for', async () => {
    const b = await scene();
    const payload = b.sandbox.vercel.payloadOf('deployment-delete', b.own);
    b.sandbox.vercel.plantEvent({
      ...{ type: 'deployment-delete', createdAt: NOON, payload, principal: { type: 'system', id: 'system' } },
    });
    expect(await auditEvents(b)).toMatchObject({ summary: { status: 0 }, singly: [] });
  });

  it('and are many cost a list, not a question each', async () => {
    const b = await scene('required');
    for (let count = 0; count < 130; count += 1) {
      const createdAt = NOON + count;
      const of = b.sandbox.vercel.plantDeployment({ projectId: 'prj_shop', createdAt });
      const payload = b.sandbox.vercel.payloadOf('deployment', of);
      b.sandbox.vercel.plantEvent({ type: 'deployment', createdAt, payload });
    }
    const { summary, singly } = await auditEvents(b);
    expect(summary.counts.deployment.seen).toBe(0);
    expect({ status: summary.status, singly }).toEqual({ status: 0, singly: [] });
  });
});

describe('the birth of a deployment that Vercel tells by its address alone', () => {
  const ADDRESS = 'web-gone-acme.vercel.app';
  const born = async (payload: object = { url: ADDRESS }): Promise<Bench> => {
    const b = await scene('required');
    b.sandbox.vercel.plantEvent({ id: 'uev_born', type: 'deployment', createdAt: NOON, payload: { ...payload } });
    return b;
  };

  it('is a deployment of the team where no list shows it', async () => {
    const { summary, rows } = await auditEvents(await born(), []);
    expect(summary.counts.deployment).toEqual({ seen: 1, classes: { UNEXPLAINED: 1 } });
    expect(rows).toMatchObject([{ kind: 'deployment', id: ADDRESS, at: NOON }]);
  });

  it('is not checkable where projects alone are audited, in either thread', async () => {
    const wanted = [
      { id: ADDRESS, class: 'NOT_CHECKABLE', reasons: [expect.stringMatching(/which project it is of/)] },
    ];
    const b = await born();
    const { summary, rows } = await auditEvents(b);
    expect(rows).toMatchObject(wanted);
    expect(summary.counts.deployment).toEqual({ seen: 1, classes: { NOT_CHECKABLE: 1 } });
    expect((await auditEvents(b, ['prj_web'], { threads: watchThreads() })).rows).toEqual(rows);
  });

  it('is a gap of the history where not even that is told', async () => {
    const { summary } = await auditEvents(await born({}), []);
    expect(summary.populations.find(({ name }) => name === 'events')?.missing).toEqual([
      'Events tell of the creation of a deployment, and name neither it nor its address: uev_born.',
    ]);
    expect(summary.status).toBe(3);
  });
});

describe('a run that ends while it asks', () => {
  it('is gone on with, and nothing is asked twice', async () => {
    const b = await scene();
    for (const one of [b.own, b.foreign]) tell(b, 'alias', one, { alias: 'www.example.com' });
    const limited = { kind: 'status', status: 429, body: {} } as const;
    const rule = b.sandbox.misbehave({
      ...{ match: { path: new RegExp(b.foreign.id) }, times: 99, action: limited },
    });
    const out = `${b.folder}/out`;
    const first = await auditEvents(b, ['prj_web'], { out });
    expect(first.summary.counts.change.classes).toEqual({ UNRECORDED_ALIAS: 1, NOT_CHECKABLE: 1 });
    rule.end();
    const { summary, singly } = await auditEvents(b, ['prj_web'], { out });
    expect(summary.counts.change).toEqual({ seen: 1, classes: { UNRECORDED_ALIAS: 1 } });
    expect(singly).toEqual([`/v13/deployments/${b.foreign.id}`]);
  });
});
