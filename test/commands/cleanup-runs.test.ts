import { mkdirSync, writeFileSync } from 'node:fs';
import { afterEach, describe, expect, it } from '@jest/globals';
import { predicateOf } from '../support/step.ts';
import { HOUR, makeWorld, type Earlier, type World } from './support/cleanup.ts';

const worlds: World[] = [];
afterEach(() => worlds.splice(0).forEach(({ step }) => step.remove()));

async function world(...given: Parameters<typeof makeWorld>): Promise<World> {
  const made = await makeWorld(...given);
  worlds.push(made);
  return made;
}

const INTERRUPTED: Earlier = { age: 7 * HOUR, records: ['intent'] };
const NO_STORE = { RECORD_STORE: undefined, RECORD_STORE_TOKEN: undefined };
/** Each run with a token reads its own once. */
const OWN_PIPELINE = 1;
const LONG = { TIMEOUT: '2h', CLEANUP_AGE: '1h' };
const NO_TOKEN = { BITBUCKET_ACCESS_TOKEN: undefined };

describe('a rehearsal', () => {
  it('is the default: it says what it would do, does nothing, and leaves no record', async () => {
    const { plant, run, acts, step, stateOf, sandbox, stored } = await world();
    const building = plant({ ...INTERRUPTED, state: 'BUILDING' });
    const ended = plant(INTERRUPTED);
    const before = stored();
    const { status, log } = await run();
    expect(status).toBe(0);
    expect(log).toMatch(new RegExp(`info Would cancel ${building.id} \\(QUEUED, created .*: its run signed an intent`));
    expect(log).toMatch(new RegExp(`info Would record ${ended.id} \\(READY`));
    expect(log).toMatch(/A rehearsal: nothing was done, and nothing recorded\. DRY_RUN: 'false' does these 2 acts\./);
    expect({ acts: acts(), files: step.files(), stored: stored() }).toEqual({ acts: [], files: [], stored: before });
    expect(stateOf(building)).toBe('QUEUED');
    // The credential is gone all the same.
    expect(sandbox.vercel.tokens.every(({ kind, revokedAt }) => kind === 'classic' || revokedAt !== undefined)).toBe(
      true,
    );
  });
});

describe('an interrupted run', () => {
  it('that still builds is canceled, and that has ended is recorded; once', async () => {
    const { plant, act, acts, stateOf, recorded, step, stored, sandbox } = await world();
    const building = plant({ ...INTERRUPTED, state: 'BUILDING' });
    const ended = plant({ ...INTERRUPTED, state: 'ERROR' });
    plant({ age: 7 * HOUR });
    const first = await act();
    expect({ status: first.status, log: first.log }).toMatchObject({ status: 0 });
    expect(acts()).toEqual([`PATCH ${building.id}`]);
    expect(stateOf(building)).toBe('CANCELED');
    const about = { digest: { sha256: 'a'.repeat(64) }, because: 'interrupted', createdAt: expect.any(String) };
    const items = [
      { ...about, deploymentId: ended.id, act: 'note', readyState: 'ERROR', recordId: expect.any(String) },
      { ...about, deploymentId: building.id, act: 'cancel', readyState: 'QUEUED', recordId: expect.any(String) },
    ];
    expect(new Set(recorded() as object[])).toEqual(new Set(items.map((item) => ({ ...item, outcome: 'done' }))));
    const intent = predicateOf(step.readOne('.intent.sigstore.json'));
    expect(new Set((intent['vercel'] as { cleanup: object[] }).cleanup)).toEqual(new Set(items));
    expect(intent).toMatchObject({ action: 'cleanup', policy: { grant: 'built-in:preview' } });
    expect(predicateOf(step.readOne('.result.sigstore.json'))['outcome']).toEqual({ status: 'done', exitStatus: 0 });
    expect(stored().filter((name) => name.endsWith('.settled.json'))).toHaveLength(2);

    const before = step.files();
    const second = await act();
    expect({ status: second.status, log: second.log }).toMatchObject({ status: 0 });
    expect(second.log).toContain('Nothing to clean up, so nothing to record.');
    expect({ acts: acts().length, files: step.files() }).toEqual({ acts: 1, files: before });
    expect(sandbox.journal.filter(({ known }) => !known)).toEqual([]);
    // What has ended long ago is asked about no more.
    expect(sandbox.journal.filter(({ path }) => /\/pipelines\//.test(path)).length).toBe(
      OWN_PIPELINE + OWN_PIPELINE + 1,
    );
  });

  it.each<{ name: string; earlier: Earlier; environment?: Record<string, string | undefined>; acts: number }>([
    { name: 'its pipeline runs', earlier: { age: HOUR, pipeline: 'running' }, acts: 0 },
    { name: 'its pipeline has ended', earlier: { age: HOUR }, acts: 1 },
    { name: 'its pipeline has ended, within TIMEOUT', earlier: { age: 60_000 }, acts: 0 },
    { name: 'TIMEOUT is not over', earlier: { age: 1.5 * HOUR }, environment: LONG, acts: 0 },
    { name: 'it is of another repository', earlier: { age: HOUR, pipeline: 'none' }, acts: 0 },
    { name: 'it is of another repository, however old', earlier: { age: 7 * HOUR, pipeline: 'none' }, acts: 0 },
    { name: 'nobody says whether it runs', earlier: { age: HOUR }, environment: NO_TOKEN, acts: 0 },
    { name: 'no run lasts so long', earlier: { age: 7 * HOUR, pipeline: 'running' }, acts: 1 },
    { name: 'no run lasts so long, and nobody says', earlier: { age: 7 * HOUR }, environment: NO_TOKEN, acts: 1 },
    { name: 'it left a result', earlier: { age: 7 * HOUR, records: ['intent', 'result'] }, acts: 0 },
    { name: 'it left a result alone', earlier: { age: 7 * HOUR, records: ['result'] }, acts: 0 },
    { name: 'neither is there', earlier: { age: 7 * HOUR, records: [] }, acts: 1 },
    { name: 'it names no record of ours', earlier: { age: 7 * HOUR, meta: { oidcDeployRecord: 'x' } }, acts: 0 },
    { name: 'it is of another target', earlier: { age: 7 * HOUR, target: 'production' }, acts: 0 },
  ])('that builds: $acts acts where $name', async ({ earlier, environment, acts: expected }) => {
    const { plant, act, acts } = await world();
    plant({ records: ['intent'], state: 'BUILDING', ...earlier });
    const { status, log } = await act(environment);
    expect({ status, log, acts: acts().length }).toMatchObject({ status: 0, acts: expected });
  });

  it('that has ended is left where neither its intent nor its result can be found', async () => {
    const { plant, act, step } = await world();
    plant({ ...INTERRUPTED, records: [] });
    const { status, log } = await act();
    expect({ status, files: step.files() }).toEqual({ status: 0, files: [] });
    expect(log).toContain('Nothing to clean up');
  });

  it('is not known without a store: only what still builds is ended, and that is said', async () => {
    const { plant, act, stateOf, recorded, sandbox } = await world();
    const building = plant({ ...INTERRUPTED, state: 'BUILDING' });
    plant(INTERRUPTED);
    const { status, log } = await act(NO_STORE);
    expect(status).toBe(0);
    expect(log).toMatch(/warn Without RECORD_STORE it is not known which runs left a result/);
    expect(stateOf(building)).toBe('CANCELED');
    expect(recorded()).toMatchObject([
      { deploymentId: building.id, act: 'cancel', because: 'unfollowed', outcome: 'done' },
    ]);
    expect(sandbox.journal.filter(({ path }) => path.startsWith('/records/'))).toEqual([]);
  });

  it('is known by RECORD_DIR too', async () => {
    const { plant, act, recorded, step } = await world();
    const [noted, finished] = [plant({ ...INTERRUPTED, records: [] }), plant({ ...INTERRUPTED, records: [] })];
    const folder = `${step.clone.directory}/deploy-records`;
    mkdirSync(folder);
    const base = (meta: Readonly<Record<string, string>>): string =>
      `${folder}/${(meta['oidcDeployRecord'] ?? '').replace('Z-', 'Z-prj_web-preview-')}`;
    writeFileSync(`${base(noted.meta)}.intent.sigstore.json`, '{}');
    writeFileSync(`${base(finished.meta)}.intent.sigstore.json`, '{}');
    writeFileSync(`${base(finished.meta)}.result.sigstore.json.old`, '{}');
    writeFileSync(`${base(finished.meta)}.settled.json`, '{}');
    const names = step.files().length;
    expect((await act(NO_STORE)).status).toBe(0);
    expect(step.files().length).toBe(names + 3);
    const results = step.files().filter((name) => name.endsWith('.result.sigstore.json'));
    expect(results).toHaveLength(1);
    expect(recorded()).toMatchObject([{ deploymentId: noted.id, act: 'note' }]);
  });

  it('stops the cleanup where the store does not say', async () => {
    const { plant, act, acts, sandbox } = await world();
    plant({ ...INTERRUPTED, state: 'BUILDING' });
    sandbox.misbehave({
      match: { method: 'GET', path: /records/ },
      times: 99,
      action: { kind: 'status', status: 503 },
    });
    const { status, log } = await act();
    expect({ status, acts: acts() }).toEqual({ status: 3, acts: [] });
    expect(log).toContain('RECORD_NOT_STORED');
  });
});

describe('what happened meanwhile', () => {
  it('is seen: a build that has ended by now is left', async () => {
    const { plant, act, recorded, sandbox, acts } = await world();
    const building = plant({ ...INTERRUPTED, state: 'BUILDING' });
    sandbox.misbehave({
      match: { method: 'GET', path: new RegExp(building.id) },
      action: { kind: 'status', status: 200, body: { id: building.id, readyState: 'READY', meta: building.meta } },
    });
    expect((await act()).status).toBe(0);
    expect(acts()).toEqual([]);
    expect(recorded()).toMatchObject([{ deploymentId: building.id, outcome: 'changed' }]);
  });

  it('is told: a cancel that Vercel refuses fails the run, and the record says which', async () => {
    const { plant, act, recorded, sandbox, stored } = await world();
    const [one, other] = [
      plant({ ...INTERRUPTED, state: 'BUILDING' }),
      plant({ ...INTERRUPTED, age: 8 * HOUR, state: 'BUILDING' }),
    ];
    const path = new RegExp(`${one.id}/cancel`);
    sandbox.misbehave({ match: { path }, action: { kind: 'status', status: 403 } });
    const { status, log } = await act();
    expect(status).toBe(1);
    expect(log).toMatch(/REQUEST_REJECTED: The cleanup is not complete: 1 of 2 acts failed, and 0 were not tried\./);
    expect(recorded()).toMatchObject([
      { deploymentId: one.id, outcome: 'failed' },
      { deploymentId: other.id, outcome: 'done' },
    ]);
    expect(stored().filter((name) => name.endsWith('.settled.json'))).toHaveLength(1);
  });
});

describe('a cleanup of production', () => {
  it('wants the grant to deploy there', async () => {
    const { plant, act, stateOf, acts } = await world({ TARGET: 'production' });
    const building = plant({ ...INTERRUPTED, state: 'BUILDING', target: 'production' });
    plant({ ...INTERRUPTED, state: 'BUILDING' });
    expect((await act()).status).toBe(0);
    expect(stateOf(building)).toBe('CANCELED');
    expect(acts()).toHaveLength(1);
    const denied = await act({ BITBUCKET_BRANCH: undefined, TARGET: 'qa' });
    expect(denied.status).toBe(5);
  });
});
