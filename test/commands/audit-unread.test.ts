import { rmSync } from 'node:fs';
import { afterEach, describe, expect, it } from '@jest/globals';
import { auditScene, runAudit, type AuditRun, type AuditScene } from './support/audit.ts';

let scene: AuditScene;
afterEach(() => scene.step.remove());

const begin = async (): Promise<AuditScene> => (scene = await auditScene());
const missingOf = ({ summary }: AuditRun, name: string): string =>
  summary?.populations.find((population) => population.name === name)?.missing.join(' ') ?? 'no such population';

describe('audit, where something cannot be read', () => {
  it('is never green without Bitbucket', async () => {
    const { step } = await begin();
    delete step.environment['BITBUCKET_ACCESS_TOKEN'];
    const run = await runAudit(scene);
    expect(run.status).toBe(3);
    expect(run.summary?.counts['deployment']).toEqual({ seen: 2, classes: { NOT_CHECKABLE: 2 } });
    expect(run.log).toContain('error AUDIT_INCOMPLETE: Not everything could be looked at.');
    expect(missingOf(run, 'pipelines')).toContain('BITBUCKET_ACCESS_TOKEN');
  });

  it('is never green without the event history', async () => {
    const { sandbox } = await begin();
    sandbox.misbehave({
      times: 100,
      match: { method: 'GET', path: /^\/v3\/events$/ },
      action: { kind: 'status', status: 403, body: { error: { code: 'forbidden', message: 'Not authorized' } } },
    });
    const run = await runAudit(scene);
    expect(run.status).toBe(3);
    expect(run.summary?.counts['deployment']).toEqual({ seen: 2, classes: { NOT_CHECKABLE: 2 } });
    expect(missingOf(run, 'events')).toContain('read the activity of the team');
  });

  it('is never green without the records', async () => {
    const { step } = await begin();
    rmSync(`${step.clone.directory}/deploy-records`, { recursive: true });
    const run = await runAudit(scene);
    expect(run.status).not.toBe(0);
    expect(run.summary?.counts['deployment']?.classes).not.toHaveProperty('VERIFIED');
    expect(missingOf(run, 'records')).toContain('deploy-records: nothing is there; check the path.');
  });

  it('keeps its work where a service fails, and goes on with the same period', async () => {
    const { sandbox } = await begin();
    sandbox.misbehave({
      match: { method: 'GET', path: /\/pipelines$/ },
      action: { kind: 'status', status: 429, headers: { 'retry-after': '99999' }, body: {} },
    });
    const ended = await runAudit(scene);
    expect(ended.log).toContain('What was read is kept in audit/work: run the same command again with --resume');
    expect({ status: ended.status, files: ended.files }).toEqual({ status: 3, files: ['audit-period.json', 'work'] });
    const asked = sandbox.journal.filter(({ path }) => path === '/v7/deployments').length;
    sandbox.vercel.plantDeployment({ projectId: 'prj_web', createdAt: Date.now() });
    const again = await runAudit(scene, '--resume');
    expect(again.log).toContain('info Resume:  from audit-period.json and work in audit');
    expect(again.log).toContain('deployments: 2 seen = 2 VERIFIED');
    expect(again.files).not.toContain('work');
    expect(sandbox.journal.filter(({ path }) => path === '/v7/deployments')).toHaveLength(asked);
  });

  it('keeps its work where reports are written and a limit has left questions open', async () => {
    const { sandbox } = await begin();
    sandbox.misbehave({
      match: { method: 'GET', path: /\/pullrequests$/ },
      // The list, and the first commit by itself.
      times: 2,
      action: { kind: 'status', status: 429, headers: { 'retry-after': '99999' }, body: {} },
    });
    const first = await runAudit(scene);
    expect(first.log).toContain('Not all could be asked for. The same command with --resume, within 24 hours');
    expect(first.status).toBe(3);
    expect(first.files).toEqual(expect.arrayContaining(['audit-period.json', 'audit.json', 'work']));
    expect(missingOf(first, 'reviews')).toContain('No more was asked in this run.');
    const asked = sandbox.journal.filter(({ path }) => path === '/v7/deployments').length;
    const second = await runAudit(scene, '--resume');
    expect({ status: second.status, missing: missingOf(second, 'reviews') }).toEqual({ status: 0, missing: '' });
    expect(second.files).not.toContain('work');
    expect(sandbox.journal.filter(({ path }) => path === '/v7/deployments')).toHaveLength(asked);
  });
});
