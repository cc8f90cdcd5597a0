import { describe, expect, it } from '@jest/globals';
import { EventNames } from '../../src/audit/name-events.ts';
import type { SeenEvent } from '../../src/audit/types.ts';
import * as seen from './reconcile/support/seen.ts';

const { act, DAY, deployment, DPL, event, NOON, PROJECT, record, TEAM, without } = seen;
const ADDRESS = 'site-1.vercel.app';

const scope = (...projectIds: string[]) => ({ teamId: TEAM, projectIds, since: NOON - DAY, until: NOON + DAY });

/** By Eve, and without a project. */
function change(over: Partial<SeenEvent> = {}): SeenEvent {
  const by = { principalType: 'user', principalName: 'Eve' };
  return { ...without(event({ id: 'uev_change', type: 'deployment-delete', ...by }), 'projectId'), ...over };
}

function namesOf(events: readonly SeenEvent[], ...projectIds: string[]): EventNames {
  const names = new EventNames(scope(...projectIds));
  for (const one of events) names.ask(one);
  return names;
}

describe('an event of a deployment whose project nobody has named', () => {
  it('is open, each deployment once, until a deployment or another event names it', () => {
    const names = namesOf([change(), change({ id: 'uev_2' }), change({ deploymentId: 'dpl_2' })], PROJECT);
    expect(names.open()).toEqual([DPL, 'dpl_2']);
    names.answerWith(deployment());
    names.answer(event({ deploymentId: 'dpl_2', projectId: 'prj_other' }));
    expect(names.open()).toEqual([]);
    expect(names.name(change())).toMatchObject({ projectId: PROJECT });
    expect(names.name(change({ deploymentId: 'dpl_2' }))).toBeUndefined();
  });

  it('is ours where a run of our project has recorded it, in whatever way', () => {
    const ids = ['dpl_made', 'dpl_removed', 'dpl_acted', 'dpl_before', 'dpl_foreign'];
    const names = namesOf(
      ids.map((deploymentId) => change({ deploymentId })),
      PROJECT,
    );
    for (const { facts } of [
      record({ deployment: { id: 'dpl_made' } }),
      act('cleanup', { removed: ['dpl_removed'] }),
      act('rollback', { actsOn: 'dpl_acted', rolledBackTo: 'dpl_before' }),
      // What another project's run says of a deployment is no reason to leave it out.
      act('cleanup', { removed: ['dpl_foreign'], projectId: 'prj_other' }),
    ]) {
      names.noteRecorded(facts);
    }
    expect(names.open()).toEqual(['dpl_foreign']);
    expect(names.name(change({ deploymentId: 'dpl_removed' }))).not.toHaveProperty('unsettled');
  });

  it('is nobody to ask for where the whole team is audited, or where it makes no row', () => {
    expect(namesOf([change()]).open()).toEqual([]);
    const idle = [change({ principalType: 'system' }), change({ type: 'deployment', at: NOON - 2 * DAY })];
    const names = namesOf(idle, PROJECT);
    expect(names.open()).toEqual([]);
    expect(idle.map((one) => names.name(one))).toEqual([undefined, undefined]);
  });

  it('is looked at by a search as long as it is open, and not again before every page', () => {
    let looks = 0;
    const names = new EventNames({
      ...scope(),
      get projectIds() {
        looks += 1;
        return [PROJECT];
      },
    });
    const ids = Array.from({ length: 1000 }, (_, index) => `dpl_${String(index)}`);
    for (const deploymentId of ids) names.ask(change({ deploymentId }));
    looks = 0;
    for (const [index, id] of ids.entries()) {
      if (index % 10 === 0) expect(names.hasOpen()).toBe(true);
      names.answerWith(deployment({ id, projectId: 'prj_other' }));
    }
    expect(names.hasOpen()).toBe(false);
    expect(looks).toBeGreaterThanOrEqual(ids.length);
    expect(looks).toBeLessThan(3 * ids.length);
  });

  it('stays what an event has said where a deployment answers without a project', () => {
    const names = namesOf([change()], PROJECT);
    names.answer(event({ projectId: 'prj_other' }));
    names.answerWith(deployment({ projectId: '' }));
    expect(names.hasOpen()).toBe(false);
    expect(names.name(change())).toBeUndefined();
  });

  it('keeps of other projects what answers alone', () => {
    const names = namesOf([change()], PROJECT);
    expect(names.wants(event({ projectId: 'prj_other' }))).toBe(true);
    // Of ours everything is kept that counts, and nothing else.
    expect(names.wants(event())).toBe(false);
    expect(names.wants(event({ deploymentId: 'dpl_2', projectId: 'prj_other' }))).toBe(false);
    expect(names.wantsDeployment(deployment({ projectId: 'prj_other' }))).toBe(true);
    names.answerWith(deployment({ projectId: 'prj_other' }));
    expect(names.wantsDeployment(deployment({ projectId: 'prj_other' }))).toBe(false);
  });
});

describe('an event that names a deployment by its address', () => {
  const lean = (over: Partial<SeenEvent> = {}): SeenEvent => ({
    ...without(change({ url: `https://${ADDRESS}` }), 'deploymentId'),
    ...over,
  });

  it('is about the one that another event or a record gives that address', () => {
    const told = change({ id: 'uev_told', url: ADDRESS });
    const names = namesOf([lean(), told], PROJECT);
    names.answer(told);
    expect(names.open()).toEqual([DPL]);
    names.settle(DPL, { found: deployment() });
    expect(names.name(lean())).toMatchObject({ deploymentId: DPL, projectId: PROJECT });
    const recorded = namesOf([lean()], PROJECT);
    recorded.noteRecorded(record({ deployment: { url: `https://${ADDRESS}` } }).facts);
    expect(recorded.open()).toEqual([]);
    expect(recorded.name(lean())).toMatchObject({ deploymentId: DPL });
  });

  it('is open in the whole team too, and says what Vercel answers', () => {
    const names = namesOf([lean()]);
    expect(names.open()).toEqual([ADDRESS]);
    expect(names.wantsDeployment(deployment())).toBe(true);
    names.settle(ADDRESS, { unknown: 'Vercel refused a deployment.' });
    expect(names.name(lean())?.unsettled).toBe(
      `Vercel does not say of ${ADDRESS} which deployment that is: Vercel refused a deployment.`,
    );
    expect([...names.unanswered()]).toEqual(['Vercel refused a deployment.']);
    names.answerWith(deployment());
    expect([...names.unanswered()]).toEqual([]);
  });

  it('has no project where Vercel answers without one', () => {
    const names = namesOf([lean()], PROJECT);
    names.settle(ADDRESS, { found: deployment({ projectId: '' }) });
    expect(names.name(lean())).toMatchObject({
      deploymentId: DPL,
      unsettled: `Vercel does not say of ${DPL} which project it is of.`,
    });
  });

  it('tells of a birth by that address where it is gone, and by nothing where it has none', () => {
    const birth = lean({ type: 'deployment' });
    const names = namesOf([birth]);
    names.settle(ADDRESS, { absent: true });
    expect(names.name(birth)).toMatchObject({ deploymentId: ADDRESS });
    expect(names.name(birth)).not.toHaveProperty('unsettled');
    expect(names.gaps()).toEqual([]);
    for (let count = 0; count < 12; count += 1) {
      names.name(without({ ...birth, id: `uev_${String(count)}` }, 'url'));
    }
    expect(names.gaps()).toEqual([expect.stringMatching(/: uev_0, .*uev_9 and 2 more\.$/)]);
  });
});
