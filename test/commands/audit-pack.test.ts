import { execFileSync } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { afterEach, describe, expect } from '@jest/globals';
import { unzip } from '../audit/outputs/support/unzip.ts';
import { makeEntry } from '../record/support/key-lists.ts';
import { needing } from '../support/record-bench.ts';
import { runStep } from '../support/step.ts';
import { auditScene, runAudit, type AuditRun, type AuditScene } from './support/audit.ts';

const TOOLS = ['sh', 'jq', 'openssl', 'sha256sum', 'ssh-keygen'];
const EXCEPTIONS = `version: 1
exceptions:
  - id: cms
    reason: Known
    approver: ada@acme.example
    ticket: SEC-118
    expires: 2099-12-31
    covers: { classes: [UNEXPLAINED], projects: [prj_web] }
`;

let scene: AuditScene;
afterEach(() => scene.step.remove());

interface Pair {
  readonly privatePem: string;
  readonly publicPem: string;
}

function makeKey(): Pair {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return {
    privatePem: privateKey.export({ type: 'pkcs8', format: 'pem' }) as string,
    publicPem: publicKey.export({ type: 'spki', format: 'pem' }) as string,
  };
}

const place = (name: string): string => `${scene.step.clone.directory}/${name}`;
const person = (key: Pair): Readonly<Record<string, string>> => ({
  BITBUCKET_STEP_OIDC_TOKEN: '',
  VERCEL_TOKEN: scene.sandbox.vercel.classicToken,
  SIGNING_KEY: key.privatePem,
});

const withKeyRecords = async (): Promise<void> => {
  const { privatePem, publicPem } = makeKey();
  scene = await auditScene({ environment: { SIGNING_KEY: privatePem } });
  writeFileSync(place('deploy.pem'), publicPem);
};

/** What the commands of VERIFY.md print in the unpacked evidence of an audit; of step 2 see test/audit/outputs. */
function check(run: AuditRun, out = 'audit'): Readonly<Record<'files' | 'signatures' | 'checkpoints', string>> {
  expect(run.status).toBe(0);
  const folder = place('unpacked');
  rmSync(folder, { recursive: true, force: true });
  for (const { name, bytes } of unzip(readFileSync(place(`${out}/audit-evidence.zip`)))) {
    mkdirSync(dirname(`${folder}/${name}`), { recursive: true });
    writeFileSync(`${folder}/${name}`, bytes);
  }
  const page = readFileSync(`${folder}/VERIFY.md`, 'utf8');
  const [files = '', , signatures = '', checkpoints = ''] = [...page.matchAll(/^```sh\n(.*?)^```$/gms)].map(
    ([, text = '']) => shell(text, folder),
  );
  return { files, signatures, checkpoints };
}

function shell(text: string, cwd: string): string {
  if (text.startsWith('vercel-oidc-deploy')) return '';
  return execFileSync('sh', ['-euc', text], { cwd, encoding: 'utf8' });
}

const byWhom = (signatures: string): readonly string[] =>
  [...signatures.matchAll(/^(\w+)\/.*: Verified OK, by (.*)$/gm)].map(([, folder = '', by = '']) => `${folder}: ${by}`);
const KEY = { records: 'records: a key of the records', checkpoints: 'checkpoints: a key of the audit' };
const PROVED = ['records', 'checkpoints', 'audit'].map((folder) => `${folder}: the key in its proof`);

describe('the commands of VERIFY.md, in the evidence of an audit', () => {
  needing(TOOLS, 'on an auditor’s own machine, of records by a key: each has its own key', async () => {
    await withKeyRecords();
    const audited = await runAudit(scene, '--pack --key deploy.pem', { environment: person(makeKey()) });
    const { files, signatures, checkpoints } = check(audited);
    expect(files).toBe('files OK\n');
    expect(byWhom(signatures)).toEqual([KEY.records, KEY.checkpoints, 'audit: a key of the audit']);
    expect(signatures).toMatch(/\nsignatures OK\n$/);
    expect(checkpoints).toMatch(/^(?:checkpoints\/.*: OK\n){2}0\n$/);
  });

  needing(TOOLS, 'of records by a key of a list', async () => {
    await withKeyRecords();
    const fingerprint = `ssh-keygen -i -m PKCS8 -f deploy.pem | ssh-keygen -lf - | cut -d ' ' -f 2`;
    const keyid = shell(fingerprint, scene.step.clone.directory).trim();
    const pem = readFileSync(place('deploy.pem'), 'utf8');
    writeFileSync(place('keys.json'), JSON.stringify([makeEntry({ keyid, jwk: undefined, pem, mode: 'key' })]));
    const audited = await runAudit(scene, '--pack --keys keys.json', { environment: person(makeKey()) });
    expect(byWhom(check(audited).signatures)).toEqual([KEY.records, KEY.checkpoints, 'audit: a key of the audit']);
  });

  needing(TOOLS, 'of a step that has no key', async () => {
    scene = await auditScene();
    expect(byWhom(check(await runAudit(scene, '--pack')).signatures)).toEqual(PROVED);
  });

  needing(TOOLS, 'with checkpoint and exceptions by other keys, which --audit-key names', async () => {
    scene = await auditScene();
    const old = makeKey();
    writeFileSync(place('old.pub.pem'), old.publicPem);
    writeFileSync(place('exceptions.yml'), EXCEPTIONS);
    const args = ['audit', 'sign-exceptions', '--out', 'exceptions.sigstore.json', 'exceptions.yml'];
    expect((await runStep(scene.sandbox, scene.step, { args, environment: person(old) })).status).toBe(0);
    expect((await runAudit(scene, '', { out: 'before', environment: person(old) })).status).toBe(0);
    const words = '--pack --checkpoint before --audit-key old.pub.pem --exceptions exceptions.sigstore.json';
    const { signatures, checkpoints } = check(await runAudit(scene, words, { environment: person(makeKey()) }));
    const ofAudit = ['checkpoints', 'checkpoints', 'audit', 'exceptions'].map((one) => `${one}: a key of the audit`);
    expect(byWhom(signatures)).toEqual(['records: the key in its proof', ...ofAudit]);
    expect(checkpoints).toMatch(/^(?:checkpoints\/.*: OK\n){4}0\n$/);
  });

  needing(TOOLS, 'of records in folders whose names are not of ASCII', async () => {
    scene = await auditScene();
    cpSync(place('deploy-records'), place('more/März 1\\2'), { recursive: true });
    rmSync(place('deploy-records'), { recursive: true });
    mkdirSync(place('deploy-records'));
    cpSync(place('more'), place('deploy-records'), { recursive: true });
    const audited = await runAudit(scene, '--pack');
    expect(audited.log).toContain('records of 2 runs');
    expect(audited.log).not.toContain('Not in audit-evidence.zip');
    const { files, signatures, checkpoints } = check(audited);
    expect(files).toBe('files OK\n');
    expect(byWhom(signatures)).toEqual(PROVED);
    expect(checkpoints).toMatch(/: OK\n0\n$/);
    expect(readdirSync(place('unpacked/records'))).toEqual(['M-u00e4rz-1-u005c2']);
  });
});
