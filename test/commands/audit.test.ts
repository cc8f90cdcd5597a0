import { readdirSync, readFileSync, unlinkSync, writeFileSync } from 'node:fs';
import { afterEach, describe, expect, it } from '@jest/globals';
import { runStep } from '../support/step.ts';
import { auditScene, KEYS, runAudit, type AuditRun, type AuditScene } from './support/audit.ts';

let scene: AuditScene;
afterEach(() => scene.step.remove());

const begin = async (): Promise<AuditScene> => (scene = await auditScene());
const missingOf = ({ summary }: AuditRun, name: string): string =>
  summary?.populations.find((population) => population.name === name)?.missing.join(' ') ?? 'no such population';

describe('audit, in a step of its own', () => {
  it('explains what the pipe has done, signs what it found, and takes its token back', async () => {
    const { sandbox } = await begin();
    const { status, log, files, summary } = await runAudit(scene);
    expect(log).toContain('done policy grant audits allows audit of "prj_web" to "production"');
    expect(log).toContain('deployments: 2 seen = 2 VERIFIED');
    expect(status).toBe(0);
    expect(summary?.counts['deployment']).toEqual({ seen: 2, classes: { VERIFIED: 2 } });
    expect(summary?.populations.flatMap(({ missing }) => missing)).toEqual([]);
    expect(files).toEqual([
      ...['answers', 'list', 'sigstore\\.json'].map((ending) =>
        expect.stringMatching(new RegExp(`^\\d{8}T\\d{6}\\.\\d{3}Z-team_acme-prj_web\\.checkpoint\\.${ending}$`)),
      ),
      ...['audit.csv', 'audit.html', 'audit.json', 'audit.jsonl', 'audit.md', 'audit.sigstore.json', KEYS, 'junit.xml'],
    ]);
    expect(sandbox.vercel.tokens.filter(({ kind, revokedAt }) => kind === 'app' && revokedAt === undefined)).toEqual(
      [],
    );
    expect(sandbox.journal.filter(({ known }) => !known)).toEqual([]);
  });

  it('names what nobody recorded, with status 1, or only the classes that are asked for', async () => {
    const { sandbox } = await begin();
    sandbox.vercel.plantDeployment({
      projectId: 'prj_web',
      target: 'production',
      source: 'git',
      createdAt: Date.now() - 1,
    });
    const run = await runAudit(scene);
    expect(run.status).toBe(1);
    expect(run.log).toMatch(/error AUDIT_FINDINGS: Not everything is explained\./);
    expect(run.summary?.counts['deployment']).toEqual({ seen: 3, classes: { VERIFIED: 2, UNEXPLAINED: 1 } });
    const narrowed = await runAudit(scene, '--fail-on MISMATCH,INTERRUPTED', { out: 'narrowed' });
    expect({ status: narrowed.status, counts: narrowed.summary?.counts }).toEqual({
      status: 0,
      counts: run.summary?.counts,
    });
  });

  it('explains by its intent what a run has made and never heard of', async () => {
    const { sandbox, step } = await begin();
    const create = { method: 'POST', path: /^\/v13\/deployments$/ };
    const rules = [
      // FORCE has the files there already: it asks once.
      sandbox.misbehave({ match: create, times: 9, action: { kind: 'after-then-reset' } }),
      sandbox.misbehave({ match: { path: /^\/v7\/deployments$/ }, times: 99, action: { kind: 'reset' } }),
    ];
    expect((await runStep(sandbox, step, { environment: { FORCE: 'true' } })).status).toBe(3);
    for (const rule of rules) rule.end();
    const { summary } = await runAudit(scene);
    expect(summary?.counts['deployment']).toEqual({ seen: 3, classes: { VERIFIED: 2, INTERRUPTED: 1 } });
  });

  it('explains the same where events name deployments by their address alone', async () => {
    scene = await auditScene({ events: { payloads: 'required' } });
    const { status, summary } = await runAudit(scene);
    expect({ status, classes: summary?.counts['deployment']?.classes }).toEqual({
      status: 0,
      classes: { VERIFIED: 2 },
    });
  });

  it('takes the deletions of its own project from a history that names no project', async () => {
    const { vercel } = (await begin()).sandbox;
    const createdAt = Date.now() - 1;
    const own = vercel.plantDeployment({
      projectId: 'prj_web',
      createdAt,
      deletion: { at: createdAt, byRetention: false },
    });
    const foreign = vercel.plantDeployment({
      projectId: 'prj_new',
      createdAt,
      deletion: { at: createdAt, byRetention: false },
    });
    const type = 'deployment-delete';
    for (const one of [own, foreign]) vercel.plantEvent({ type, createdAt, payload: vercel.payloadOf(type, one) });
    const { summary } = await runAudit(scene);
    expect(summary?.counts['deployment']).toEqual({ seen: 3, classes: { VERIFIED: 2, UNEXPLAINED: 1 } });
    expect(summary?.counts['change']).toEqual({ seen: 1, classes: { UNRECORDED_DELETION: 1 } });
  });

  it('misses a record that has gone since the last audit, with status 4', async () => {
    const { step } = await begin();
    expect((await runAudit(scene)).status).toBe(0);
    const folder = `${step.clone.directory}/deploy-records`;
    const [gone = ''] = readdirSync(folder).filter((name) => name.endsWith('.result.sigstore.json'));
    unlinkSync(`${folder}/${gone}`);
    const { status, log, summary } = await runAudit(scene, '--checkpoint audit', { out: 'second' });
    expect(log).toContain('error AUDIT_TRUST_FAILED: Something is not what it claims.');
    expect(status).toBe(4);
    expect(summary?.counts['deployment']?.classes).toEqual({ VERIFIED: 1, RECORD_REMOVED: 1 });
    expect(summary?.checkpoint).toMatchObject({ removed: 1, records: 3 });
  });

  it('does not go on from a checkpoint that was changed', async () => {
    const { step } = await begin();
    const { files } = await runAudit(scene);
    const list = files.find((name) => name.endsWith('.list')) ?? '';
    const path = `${step.clone.directory}/audit/${list}`;
    writeFileSync(path, readFileSync(path, 'utf8').split('\n').slice(1).join('\n'));
    const { status, log, summary } = await runAudit(scene, '--checkpoint audit', { out: 'second' });
    expect(log).toContain('error SIGNATURE_INVALID');
    expect({ status, summary }).toEqual({ status: 4, summary: undefined });
  });

  it('is denied without a grant for it, and asks nothing of Vercel', async () => {
    const { step, sandbox } = await begin();
    const path = `${step.clone.directory}/deploy-policy.yml`;
    writeFileSync(path, readFileSync(path, 'utf8').replace('actions: [audit]', 'actions: [promote]'));
    const before = sandbox.journal.length;
    const { status, log } = await runAudit(scene);
    expect(log).toContain('No grant of the policy allows this step audit of "prj_web" to "production".');
    expect(status).toBe(5);
    expect(sandbox.journal.slice(before).filter(({ path: asked }) => !asked.startsWith('/2.0/'))).toEqual([]);
  });

  it('refuses projects that its grant does not list', async () => {
    await begin();
    const { status, log } = await runAudit(scene, '--projects prj_web,prj_new');
    expect(log).toContain('The grant that lets this step audit does not list all projects');
    expect(status).toBe(5);
  });

  it('is not whole where the team has a project that its grant does not list', async () => {
    await begin();
    const run = await runAudit(scene, '--projects all');
    expect(missingOf(run, 'deployments')).toBe('The grant of this step does not list new-site (prj_new): not audited.');
    expect(run.status).toBe(3);
  });
});
