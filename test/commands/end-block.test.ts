import { createHash } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createSandbox, type Sandbox } from '../../src/sandbox/index.ts';
import { makeStep, runStep, type Step, type StepRun } from '../support/step.ts';

const MAX_LINES = 40;
/** `app.ts` writes one, with name, version and date. */
const LINES_BEFORE = 1;

let sandbox: Sandbox;
let step: Step;

beforeEach(async () => {
  sandbox = await createSandbox();
  step = await makeStep(sandbox);
});
afterEach(() => step.remove());

/** What people see without DEBUG. */
function shown({ platform }: StepRun): string[] {
  const seen = platform.log.lines.filter(({ level }) => level !== 'debug');
  return seen.flatMap(({ level, message }) => `${level} ${message}`.split('\n'));
}

/** The block's lines, by label. */
function endOf(run: StepRun): { title: string; rows: Record<string, string[]>; fields: unknown } {
  const block = run.platform.log.lines.find(({ fields }) => fields?.['recordId'] !== undefined);
  const [title = '', ...lines] = block?.message.split('\n') ?? [];
  const rows: Record<string, string[]> = {};
  for (const line of lines) {
    const [, label = '', text = ''] = /^ {2}([\w ]+): +(\S.*)$/.exec(line) ?? [];
    (rows[label] ??= []).push(text);
  }
  return { title, rows, fields: block?.fields };
}

const digestOf = (text: string): string => {
  const { dsseEnvelope } = JSON.parse(text) as { dsseEnvelope: { payload: string } };
  return createHash('sha256').update(Buffer.from(dsseEnvelope.payload, 'base64')).digest('hex');
};

describe('the log of a deployment', () => {
  it('reads top to bottom in under 40 lines: what will happen, the stages, the build, what is where', async () => {
    const lines = shown(await runStep(sandbox, step));
    expect(lines.length + LINES_BEFORE).toBeLessThan(MAX_LINES);
    const { commit, branch } = sandbox.issuer.step;
    expect(lines.slice(0, 6)).toEqual([
      'info Deploy:  .vercel/output, as it was built, to production of project prj_web in team team_acme',
      `info Build:   42 of acme/web, commit ${commit.slice(0, 12)}, branch ${branch}`,
      'info Files:   9, and 2 functions, 1 of them EDGE',
      expect.stringMatching(/^info Policy: {2}deploy-policy\.yml \(clone\), 1 grant, sha256 [0-9a-f]{16}$/),
      'info Signers: key, keyless; the first that the grant takes signs.',
      'info Records: in deploy-records',
    ]);
    const stages = lines.flatMap((line) => /^done (\w+)/.exec(line)?.[1] ?? []);
    expect(stages.sort()).toEqual(['deploy', 'exchange', 'identity', 'policy', 'record', 'signer']);
    expect(lines).toEqual(expect.arrayContaining([expect.stringMatching(/^info {3}│ \S/)]));
    // Whole addresses and UUIDs are in the record.
    const stageLines = lines.filter((line) => line.startsWith('done '));
    expect(stageLines.filter((line) => line.length > 120)).toEqual([]);
  });

  it('has the whole UUIDs and the issuer with DEBUG', async () => {
    const { log } = await runStep(sandbox, step);
    const { stepUuid, repositoryUuid } = sandbox.issuer.step;
    expect(log).toContain(`debug step ${stepUuid} of repository ${repositoryUuid}, proved by ${sandbox.issuer.url}`);
    expect(log).toContain(
      `done identity step ${stepUuid.slice(1, 9)}… of repository ${repositoryUuid.slice(1, 9)}…, proved by api.bitbucket.org`,
    );
  });

  it('ends with what is where, by which right, and where the proof is', async () => {
    const run = await runStep(sandbox, step);
    const made = sandbox.vercel.deployments.find(({ body }) => body !== undefined);
    const { title, rows, fields } = endOf(run);
    expect(title).toMatch(/^Deployed and live after \d+\.\d s:$/);
    const record = step.files().find((name) => name.endsWith('.result.sigstore.json')) ?? '';
    const digest = digestOf(step.readOne('.result.sigstore.json'));
    expect(rows).toEqual({
      Live: [`https://${String(made?.url)}`],
      Alias: ['https://web.vercel.app', 'https://web-acme.vercel.app'],
      Inspect: [expect.stringMatching(/^https:\/\/vercel\.com\/acme\/web\/\w+$/)],
      Target: [`production of web (prj_web), ${String(made?.id)}`],
      Files: ['9 (2.4 KiB): 8 sent (2.3 KiB), 0 reused, 1 with the content of another'],
      Functions: ['2: api/edge (EDGE, 0.3 KiB), api/node (nodejs24.x, 0.5 KiB)'],
      Grant: ['web-production, by the exchange direct'],
      Signer: [expect.stringMatching(/^key, SHA256:[\w+/]{43}$/)],
      Record: [`deploy-records/${record}`],
      Digest: [`sha256 ${digest} (of the record's signed payload)`],
    });
    expect(fields).toMatchObject({
      ...{ status: 0, action: 'deploy', ending: 'live', origin: 'created', target: 'production', projectId: 'prj_web' },
      ...{
        deploymentId: made?.id,
        url: `https://${String(made?.url)}`,
        aliases: ['web.vercel.app', 'web-acme.vercel.app'],
      },
      ...{ files: 9, sent: 8, reused: 0, functions: ['api/edge', 'api/node'], edgeFunctions: ['api/edge'] },
      ...{ grant: 'web-production', signer: 'key', record: `deploy-records/${record}`, recordSha256: digest },
    });
  });

  it('tells a second deployment of the same files that Vercel had them', async () => {
    await runStep(sandbox, step);
    const { rows } = endOf(await runStep(sandbox, step));
    expect(rows['Files']).toEqual(['9 (2.4 KiB): none sent, Vercel had them']);
  });

  it('counts an archive by its parts, and calls nothing reused that went along in it', async () => {
    const { rows, fields } = endOf(await runStep(sandbox, step, { environment: { UPLOAD: 'archive' } }));
    expect(rows['Files']).toEqual([
      expect.stringMatching(/^9 \(2\.4 KiB\): all in one archive, sent in 1 part \(\d\.\d KiB\)$/),
    ]);
    expect(fields).toMatchObject({ files: 9, upload: 'archive', sent: 1, bytesSent: expect.any(Number) });
    expect(fields).not.toHaveProperty('reused');
  });

  it.each([
    { environment: { AUTO_ASSIGN_DOMAINS: 'false' }, title: /^Deployed and staged, with no domain, after / },
    { environment: { WAIT: 'false' }, title: /^Created, not waited for, after / },
  ])('does not call it live where it is not: $environment', async ({ environment, title }) => {
    const end = endOf(await runStep(sandbox, step, { environment }));
    expect(end.title).toMatch(title);
    expect(Object.keys(end.rows)).toContain('Address');
    expect(Object.keys(end.rows)).not.toContain('Live');
  });

  it('shows some of many aliases', async () => {
    const names = Array.from({ length: 9 }, (_, number) => `n${String(number)}.example.com`);
    const counted = Object.fromEntries(names.map((name, index) => [`ALIASES_${String(index)}`, name]));
    const { rows } = endOf(await runStep(sandbox, step, { environment: { ALIASES_COUNT: '9', ...counted } }));
    expect(rows['Alias']).toHaveLength(6);
    expect(rows['Alias']?.at(-1)).toMatch(/^and \d+ more$/);
  });
});

describe('the log of a run that fails', () => {
  it('ends with the error, after what there is', async () => {
    sandbox.vercel.planDeployments({ outcome: 'ERROR' });
    const run = await runStep(sandbox, step);
    const { title, rows, fields } = endOf(run);
    expect(title).toMatch(/^Ended by DEPLOYMENT_FAILED after /);
    expect(Object.keys(rows)).toEqual(['Inspect', 'Target', 'Grant', 'Signer', 'Record', 'Digest']);
    // What was sent is not known: an end without it says nothing of it.
    expect(fields).toMatchObject({ status: 1, files: 9 });
    for (const name of ['upload', 'sent', 'reused', 'bytesSent'])
      expect(fields).not.toHaveProperty([name], expect.anything());
    expect(run.platform.log.lines.at(-1)).toMatchObject({ level: 'error', fields: { code: 'DEPLOYMENT_FAILED' } });
    expect(shown(run).length + LINES_BEFORE).toBeLessThan(MAX_LINES);
  });

  it('says what it was to do even where the step is not fit for it, and has no block', async () => {
    const run = await runStep(sandbox, step, { environment: { POLICY: 'none.yml' } });
    expect(shown(run)[0]).toMatch(/^info Deploy: {2}\.vercel\/output/);
    expect(endOf(run).title).toBe('');
    expect(shown(run).at(-1)).toMatch(/^ {2}└ fix: {4}Correct POLICY/);
  });
});
