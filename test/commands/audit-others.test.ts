import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { afterEach, describe, expect, it } from '@jest/globals';
import { sha256Hex } from '../../src/digest.ts';
import { unzip } from '../audit/outputs/support/unzip.ts';
import { runStep } from '../support/step.ts';
import { auditScene, runAudit, type AuditScene } from './support/audit.ts';

let scene: AuditScene;
afterEach(() => scene.step.remove());

const EXCEPTIONS = `version: 1
exceptions:
  - id: cms
    reason: The CMS deploys through a hook until it is moved
    approver: ada@acme.example
    ticket: SEC-118
    expires: 2099-12-31
    covers: { classes: [UNEXPLAINED], projects: [prj_web], sources: [cli] }
`;

async function plantForeign(): Promise<void> {
  scene = await auditScene();
  const { vercel } = scene.sandbox;
  vercel.plantDeployment({ projectId: 'prj_web', target: 'production', source: 'cli', createdAt: Date.now() - 1 });
}

const sign = (environment: Record<string, string> = {}): ReturnType<typeof runStep> => {
  writeFileSync(`${scene.step.clone.directory}/exceptions.yml`, EXCEPTIONS);
  const args = ['audit', 'sign-exceptions', '--out', 'exceptions.sigstore.json', 'exceptions.yml'];
  return runStep(scene.sandbox, scene.step, { args, environment });
};

describe('audit sign-exceptions', () => {
  it('signs by the step, and the next audit excuses what is covered', async () => {
    await plantForeign();
    const { status, log } = await sign();
    expect(log).toMatch(/info Signed: 1 exception in .*exceptions\.sigstore\.json, by keyless, SHA256:/);
    expect(status).toBe(0);
    const audit = await runAudit(scene, '--exceptions exceptions.sigstore.json');
    expect(audit.summary?.counts['deployment']?.classes).toEqual({ VERIFIED: 2, EXCEPTION: 1 });
    expect(audit.status).toBe(0);
  });

  it('takes no exceptions by a key that signs records', async () => {
    await plantForeign();
    await sign({ BITBUCKET_STEP_OIDC_TOKEN: '', SIGNING_KEY: scene.step.clone.signingKey });
    writeFileSync(`${scene.step.clone.directory}/deploy.pem`, scene.step.clone.publicKeyPem);
    const audit = await runAudit(scene, '--key deploy.pem --exceptions exceptions.sigstore.json');
    expect(audit.log).toContain('The signed file of exceptions');
    expect({ status: audit.status, summary: audit.summary }).toEqual({ status: 3, summary: undefined });
    const named = await runAudit(scene, '--audit-key deploy.pem --exceptions exceptions.sigstore.json');
    expect(named.summary?.counts['deployment']?.classes).toEqual({ VERIFIED: 2, EXCEPTION: 1 });
  });

  it('signs nothing that has a fault', async () => {
    await plantForeign();
    writeFileSync(`${scene.step.clone.directory}/bad.yml`, EXCEPTIONS.replace('UNEXPLAINED', 'FORGED_LINK'));
    const args = ['audit', 'sign-exceptions', '--out', 'out.json', 'bad.yml'];
    const { status, log } = await runStep(scene.sandbox, scene.step, { args });
    expect(log).toContain('exceptions[0].covers.classes[0]');
    expect(status).toBe(2);
  });
});

describe('audit sign-exceptions, where its file cannot be written', () => {
  it('says so, and what the system says', async () => {
    await plantForeign();
    writeFileSync(`${scene.step.clone.directory}/exceptions.yml`, EXCEPTIONS);
    const args = ['audit', 'sign-exceptions', '--out', '.', 'exceptions.yml'];
    const { status, log } = await runStep(scene.sandbox, scene.step, { args });
    expect(log).toMatch(/OUTPUT_INVALID: The file that was asked for could not be written\.[^]*got: +EBUSY for/);
    expect(status).toBe(2);
  });
});

it('an audit leaves a report on the commit, with a link that no variable can lead elsewhere', async () => {
  scene = await auditScene();
  await runAudit(scene, '', { proxy: true, environment: { BITBUCKET_REPO_FULL_NAME: '..@evil.example/x' } });
  const { reports } = scene.sandbox.bitbucket;
  const ofAudit = reports.filter(({ id }) => id.startsWith('vercel-oidc-deploy-audit-'));
  expect(ofAudit.map(({ body }) => body)).toEqual([
    expect.objectContaining({ result: 'PASSED', link: 'https://bitbucket.org/acme/web/pipelines/results/42' }),
  ]);
});

describe('audit --pack', () => {
  it('prints the digest of the zip, which VERIFY.md has its reader compare', async () => {
    scene = await auditScene();
    const run = await runAudit(scene, '--pack');
    expect(run.status).toBe(0);
    const zip = readFileSync(`${scene.step.clone.directory}/audit/audit-evidence.zip`);
    expect(run.log).toMatch(
      new RegExp(`info Packed: +records of 2 runs, \\d+ files in audit-evidence\\.zip, sha256 ${sha256Hex(zip)}`),
    );
  });

  it('has this audit’s checkpoint at the end of those that VERIFY.md compares the records with', async () => {
    scene = await auditScene();
    await runAudit(scene, '', { out: 'before' });
    await runAudit(scene, '--pack --checkpoint before');
    const folder = scene.step.clone.directory;
    const [name = ''] = readdirSync(`${folder}/audit`).filter((file) => file.endsWith('.checkpoint.list'));
    const zip = unzip(readFileSync(`${folder}/audit/audit-evidence.zip`));
    const page = zip.find((entry) => entry.name === 'VERIFY.md')?.bytes.toString() ?? '';
    const [, listed = ''] = /^for FILE in (checkpoints.*); do$/m.exec(page) ?? [];
    expect(listed.split(' ')).toHaveLength(2);
    expect(listed).toMatch(new RegExp(`/${name.replace('.list', '.sigstore.json')}$`));
  });
});

describe('audit, on an auditor’s own machine', () => {
  it('reads by the auditor’s token, and signs nothing without a key', async () => {
    scene = await auditScene();
    const { vercel } = scene.sandbox;
    // What was signed of other files there must not stand beside these.
    const signed = await runAudit(scene, '--pack');
    expect(signed.files).toEqual(expect.arrayContaining(['audit.sigstore.json', 'audit-evidence.zip']));
    const own = { BITBUCKET_STEP_OIDC_TOKEN: '', VERCEL_TOKEN: vercel.classicToken };
    const run = await runAudit(scene, '', { environment: own });
    expect(run.summary?.counts['deployment']).toEqual({ seen: 2, classes: { VERIFIED: 2 } });
    expect(run.status).toBe(0);
    expect(run.log).toContain('none: there is no key to sign it with');
    expect(run.files.filter((name) => /^audit.*(?:sigstore|zip)/.test(name))).toEqual([]);
    expect(run.summary?.checkpoint).toBeUndefined();
  });

  it('says what is missing without any token', async () => {
    scene = await auditScene();
    const run = await runAudit(scene, '', { environment: { BITBUCKET_STEP_OIDC_TOKEN: '' } });
    expect(run.log).toContain('error TOKEN_MISSING: Nothing opens Vercel to this audit.');
    expect(run.status).toBe(4);
  });
});

describe('audit merge', () => {
  it('joins the audits of two periods, and refuses one that is there twice', async () => {
    scene = await auditScene();
    const middle = new Date(scene.sandbox.vercel.deployments.at(-1)?.createdAt ?? 0).toISOString();
    await runAudit(scene, `--until ${middle}`, { out: 'first' });
    await runAudit({ ...scene, since: middle }, '', { out: 'second' });
    const merge = (...files: string[]): ReturnType<typeof runStep> =>
      runStep(scene.sandbox, scene.step, { args: ['audit', 'merge', '--out', 'both', ...files] });
    const { status, log } = await merge('first/audit.json', 'second/audit.json');
    expect(log).toContain('deployments: 2 seen = 2 VERIFIED');
    expect(status).toBe(0);
    expect(readFileSync(`${scene.step.clone.directory}/both/audit.html`, 'utf8')).toContain('<!doctype html>');
    const twice = await merge('first/audit.json', 'first/audit.json');
    expect(twice.status).toBe(2);
    expect(twice.log).toContain('error USAGE');
  });

  it('does not write over an audit that it is still to read', async () => {
    scene = await auditScene();
    const middle = new Date(scene.sandbox.vercel.deployments.at(-1)?.createdAt ?? 0).toISOString();
    await runAudit(scene, `--until ${middle}`);
    await runAudit({ ...scene, since: middle }, '', { out: 'second' });
    const path = `${scene.step.clone.directory}/audit/audit.json`;
    const before = readFileSync(path, 'utf8');
    // Into the folder that is taken where none is named.
    const args = ['audit', 'merge', 'second/../audit/audit.json', 'second/audit.json'];
    const { status, log } = await runStep(scene.sandbox, scene.step, { args });
    expect(readFileSync(path, 'utf8')).toBe(before);
    expect(log).toMatch(/USAGE: The merged audit would be written over one of those that it is made from\./);
    expect(status).toBe(2);
  });
});
