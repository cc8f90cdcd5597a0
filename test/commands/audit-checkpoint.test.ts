import { mkdirSync, readdirSync, renameSync, unlinkSync, writeFileSync } from 'node:fs';
import { afterEach, describe, expect, it } from '@jest/globals';
import { auditScene, runAudit, type AuditRun, type AuditScene } from './support/audit.ts';

let scene: AuditScene;
afterEach(() => scene.step.remove());

const place = (name: string): string => `${scene.step.clone.directory}/${name}`;
const gapsOf = ({ summary }: AuditRun): readonly string[] =>
  summary?.populations.find(({ name }) => name === 'records')?.missing ?? ['no audit'];
const tell = (folder: string): string =>
  `No checkpoint of this team and these projects is in ${folder}, so whether records have gone since an earlier audit is not known. On the very first audit leave --checkpoint away, or accept this status once: the next one goes on from the checkpoint that this one writes.`;

describe('audit --checkpoint with a folder', () => {
  it.each(['empty', 'absent'])('that is %s: is not whole, and the next one goes on from it', async (kind) => {
    scene = await auditScene();
    if (kind === 'empty') mkdirSync(place('kept'));
    const { status, log, ...run } = await runAudit(scene, '--checkpoint kept', { out: 'first' });
    expect(log).toContain('error AUDIT_INCOMPLETE: Not everything could be looked at.');
    expect(log).toContain(`warn ${tell('kept')}`);
    expect(status).toBe(3);
    expect(gapsOf({ status, log, ...run })).toEqual([tell('kept')]);
    expect(run.summary?.counts['deployment']?.classes).toEqual({ VERIFIED: 2 });
    if (kind === 'absent') mkdirSync(place('kept'));
    const written = run.files.filter((name) => name.includes('.checkpoint.'));
    expect(written).toHaveLength(3);
    for (const name of written) renameSync(place(`first/${name}`), place(`kept/${name}`));
    const next = await runAudit(scene, '--checkpoint kept');
    expect({ status: next.status, gaps: gapsOf(next) }).toEqual({ status: 0, gaps: [] });
    expect(next.summary?.checkpoint).toMatchObject({ previous: written.at(-1), records: 4, added: 0 });
  });

  it('of another project, or from which they were taken away: cannot miss a record, and does not look clean', async () => {
    scene = await auditScene();
    expect((await runAudit(scene, '', { out: 'kept' })).status).toBe(0);
    for (const name of readdirSync(place('kept'))) {
      if (!name.includes('.checkpoint.')) unlinkSync(place(`kept/${name}`));
      else renameSync(place(`kept/${name}`), place(`kept/${name.replace('prj_web', 'prj_other')}`));
    }
    const [gone = ''] = readdirSync(place('deploy-records')).filter((name) => name.includes('.result.'));
    unlinkSync(place(`deploy-records/${gone}`));
    const run = await runAudit(scene, '--checkpoint kept --fail-on MISMATCH');
    expect({ status: run.status, gaps: gapsOf(run) }).toEqual({ status: 3, gaps: [tell('kept')] });
  });

  it('takes nothing from what is a finding anyway', async () => {
    scene = await auditScene();
    const createdAt = Date.now() - 1;
    scene.sandbox.vercel.plantDeployment({ projectId: 'prj_web', target: 'production', source: 'cli', createdAt });
    const { status, summary } = await runAudit(scene, '--checkpoint none');
    expect(summary?.counts['deployment']?.classes).toEqual({ VERIFIED: 2, UNEXPLAINED: 1 });
    expect(status).toBe(1);
  });

  it('promises no checkpoint where there is no key to sign it with', async () => {
    scene = await auditScene();
    const environment = { BITBUCKET_STEP_OIDC_TOKEN: '', VERCEL_TOKEN: scene.sandbox.vercel.classicToken };
    const run = await runAudit(scene, '--checkpoint none', { environment });
    expect(gapsOf(run)).toEqual([expect.stringMatching(/leave --checkpoint away, or accept this status once\.$/)]);
  });

  it('finds that of all projects again, though a step may look into one alone', async () => {
    scene = await auditScene();
    const first = await runAudit(scene, '--projects all', { out: 'kept' });
    const bundles = first.files.filter((name) => name.endsWith('.checkpoint.sigstore.json'));
    expect(bundles).toEqual([expect.stringMatching(/Z-team_acme-all\./)]);
    const next = await runAudit(scene, '--projects all --checkpoint kept');
    expect(next.summary?.checkpoint).toMatchObject({ previous: bundles[0] });
    expect(gapsOf(next)).toEqual([]);
  });
});

describe('audit --checkpoint with a file', () => {
  it.each([
    ['that is not there', '20261101T120000.000Z-team_acme-prj_web.checkpoint.sigstore.json'],
    ['of another name', 'notes.txt'],
  ])('%s: does not begin', async (_kind, name) => {
    scene = await auditScene();
    if (name === 'notes.txt') writeFileSync(place(name), '');
    const { status, log, summary } = await runAudit(scene, `--checkpoint ${name}`);
    expect(log).toContain('error USAGE');
    expect({ status, summary }).toEqual({ status: 2, summary: undefined });
  });
});
