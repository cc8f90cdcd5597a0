import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { sha256Hex } from '../../src/digest.ts';
import { auditScene, runAudit, type AuditRun, type AuditScene } from './support/audit.ts';

/** A deployment that nobody recorded, and what somebody who can write below `--out` leaves there to hide it. */
let scene: AuditScene;
let folder: string;

beforeEach(async () => {
  scene = await auditScene();
  folder = `${scene.step.clone.directory}/audit`;
  const { vercel } = scene.sandbox;
  vercel.plantDeployment({ projectId: 'prj_web', target: 'production', source: 'git', createdAt: Date.now() - 1 });
  mkdirSync(`${folder}/work`, { recursive: true });
});
afterEach(() => scene.step.remove());

const LEFT_AT = Date.parse('2026-11-25T12:00:00Z');
const OPEN = { VERIFIED: 2, UNEXPLAINED: 1 };
const classesOf = ({ summary }: AuditRun): unknown => summary?.counts['deployment']?.classes;
const asked = (): number => scene.sandbox.journal.filter(({ path }) => path === '/v7/deployments').length;

function plantPeriod(): void {
  const since = Date.parse('2039-01-01T00:00:00Z');
  const period = { since, until: since + 1000, period: '48h now' };
  writeFileSync(`${folder}/audit-period.json`, JSON.stringify(period));
}

/** All lists of Vercel's, read to their end, with nothing in them. */
function plantWork(until: string): void {
  const [since, end] = [Date.parse(scene.since), Date.parse(until)];
  const scope = { teamId: scene.sandbox.vercel.team.id, projectIds: ['prj_web'], since, until: end };
  const none = (key: string): object => ({ position: { [key]: 'done' }, lines: 0, done: true, gaps: [], segments: [] });
  const populations = { deployments: none('prj_web'), events: none(''), tokens: none('') };
  const cursor = { version: 1, scope: sha256Hex(JSON.stringify(scope)), keptAt: LEFT_AT, populations };
  writeFileSync(`${folder}/work/cursor.json`, JSON.stringify(cursor));
}

describe('a planted period', () => {
  it('does not decide what is audited, is told, and is gone behind it', async () => {
    plantPeriod();
    const run = await runAudit({ ...scene, since: '48h' });
    expect(run.log).toContain('warn Removed what an earlier run had left in audit: audit-period.json, work.');
    // The project had one before the scene began, which is nobody's too.
    expect(classesOf(run)).toEqual({ ...OPEN, UNEXPLAINED: 2 });
    expect(run.files).not.toContain('audit-period.json');
  });

  it('is refused with --resume, before anybody is asked', async () => {
    plantPeriod();
    const before = asked();
    const { status, log, summary } = await runAudit({ ...scene, since: '48h' }, '--resume');
    expect(log).toMatch(/USAGE: The period that an earlier run has left is not that of this audit\.[^]*2039-01-01/);
    expect({ status, summary, asked: asked() }).toEqual({ status: 2, summary: undefined, asked: before });
  });
});

describe('planted work', () => {
  it('is no evidence, is told, and is gone behind it', async () => {
    const until = new Date().toISOString();
    plantWork(until);
    const run = await runAudit(scene, `--until ${until}`);
    expect(run.log).toContain(
      'warn Removed what an earlier run had left in audit: work. --resume would have gone on from it.',
    );
    expect({ classes: classesOf(run), status: run.status }).toEqual({ classes: OPEN, status: 1 });
    expect(existsSync(`${folder}/work`)).toBe(false);
  });

  it('is not called what a run has kept that ended before it read anything, and is not removed by it', async () => {
    const until = new Date().toISOString();
    plantWork(until);
    const action = { kind: 'status', status: 503, body: {} } as const;
    scene.sandbox.misbehave({ match: { path: /oauth\/token$/ }, times: 99, action });
    const { status, log } = await runAudit(scene, `--until ${until}`);
    expect(log).toMatch(/error [A-Z_]+: [^\n]*exchange/i);
    expect({ status, resume: log.includes('--resume') }).toEqual({ status: 3, resume: false });
    expect(existsSync(`${folder}/work/cursor.json`)).toBe(true);
  });

  it('is told in the result where --resume has it believed', async () => {
    const until = new Date().toISOString();
    plantWork(until);
    const before = asked();
    const run = await runAudit(scene, `--until ${until} --resume`);
    expect(run.log).toContain('info Resume:  from work in audit');
    expect(asked()).toBe(before);
    const note = (name: string): string =>
      `Read by an earlier run, left at 2026-11-25T12:00:00.000Z and taken as it was (--resume): 0 lines of ${name}, to their end.`;
    const notes = run.summary?.populations.map(({ name, notes: told }) => [name, told]);
    expect(notes).toEqual(
      expect.arrayContaining([
        ['deployments', [note('deployments')]],
        ['events', [note('events')]],
        ['vercel-policies', [note('tokens')]],
      ]),
    );
    expect(readFileSync(`${folder}/audit.html`, 'utf8')).toContain(note('events'));
    expect(readFileSync(`${folder}/audit.md`, 'utf8').replaceAll('\\', '')).toContain(note('events'));
  });
});
