import { describe, expect, it } from '@jest/globals';
import type { Bucket, World } from '../../../src/audit/reconcile/index.ts';
import { audit, deploymentOf, gapsIn, stateOf } from './support/audit.ts';
import { deployment, event, NOON, PIPELINE, pipeline, record, SECOND, STORED, without } from './support/seen.ts';

describe('a deployment that all agree on', () => {
  it('is verified, with its whole chain of evidence', () => {
    const row = deploymentOf();
    expect(row).toMatchObject({
      ...{
        class: 'VERIFIED',
        reasons: [],
        production: true,
        target: 'production',
        at: NOON,
        person: 'Ada Lovelace',
        personId: 'user-1',
      },
      record: { file: 'one.result', assurance: 'held-token', timedBy: 'vercel' },
      build: { pipelineUuid: PIPELINE, buildNumber: 42, creator: 'Ada Lovelace', trigger: 'push' },
      event: { tokenId: 'tok_1', policyId: 'pol_1', requestId: 'req_1' },
      review: { pullRequest: 7, approvedBy: ['Grace'] },
    });
    expect(row.checks.map(({ name, state }) => [name, state])).toEqual([
      ['record', 'ok'],
      ['signature', 'ok'],
      ['time', 'ok'],
      ['deployment', 'ok'],
      ['event', 'ok'],
      ['build', 'ok'],
      ['step', 'ok'],
      ['policy', 'none'],
      ['vercel-policy', 'ok'],
      ['review', 'ok'],
    ]);
  });

  it('leaves no row of its record, and counts it', () => {
    expect(audit()).toMatchObject({ rows: [{ kind: 'deployment' }], unlisted: { VERIFIED: 1 } });
  });

  it('is one, though a page showed it twice and an event came twice', () => {
    const { rows } = audit({ deployments: [deployment(), deployment()], events: [event(), event()] });
    expect(rows).toHaveLength(1);
  });

  it('says what is gone since', () => {
    const gone = event({ id: 'uev_gone', type: 'deployment-delete', principalType: 'system', at: NOON + 60 * SECOND });
    expect(deploymentOf({ events: [event(), gone] })).toMatchObject({
      class: 'VERIFIED',
      deployment: { deleted: true },
    });
    const back = { ...gone, id: 'uev_back', type: 'deployment-undeleted', at: NOON + 90 * SECOND };
    expect(deploymentOf({ events: [event(), back, gone] }).deployment?.deleted).toBeUndefined();
    expect(deploymentOf({ deployments: [deployment({ deleted: 'retention' })] }).deployment).toMatchObject({
      deleted: true,
    });
  });
});

interface Loss {
  readonly what: string;
  readonly of?: Partial<Bucket>;
  readonly world?: Partial<World>;
  readonly check: string;
  readonly text: RegExp;
}

/** What is not there is never clean. */
const LOSSES: readonly Loss[] = [
  { what: 'event', of: { events: [] }, check: 'event', text: /No event tells of its creation: the history is whole/ },
  {
    what: 'event history',
    of: { events: [] },
    world: { gaps: gapsIn('events') },
    check: 'event',
    text: /No event tells of its creation: The events could not be read/,
  },
  {
    what: 'pipeline',
    world: { pipeline: () => ({ unknown: 'Bitbucket answered 403.' }) },
    check: 'build',
    text: /Pipeline 22222222-[\d-]+ is not known: Bitbucket answered 403\./,
  },
  {
    what: 'pipeline of a keyless record',
    world: { pipeline: () => ({ absent: true }) },
    check: 'build',
    text: /no such one any more, though its token names it/,
  },
  {
    what: 'commit',
    world: { pipeline: () => ({ found: without(pipeline(), 'commit') }) },
    check: 'build',
    text: /of which commit/,
  },
  {
    what: 'build number',
    world: { pipeline: () => ({ found: without(pipeline(), 'buildNumber') }) },
    check: 'build',
    text: /build's number/,
  },
  {
    what: 'kind of creator',
    of: { deployments: [without(deployment(), 'creatorType')] },
    check: 'deployment',
    text: /what kind its creator is/,
  },
  {
    what: 'token',
    of: { events: [without(event(), 'tokenId')] },
    check: 'vercel-policy',
    text: /does not say by which token/,
  },
  {
    what: 'use of the policy, in a history with gaps',
    world: { policyOfToken: () => undefined, gaps: gapsIn('vercel-policies') },
    check: 'vercel-policy',
    text: /no event says so of token tok_1: The vercel-policies could not be read/,
  },
  {
    what: 'step of a stored key',
    of: { records: [record({}, { verdict: STORED })] },
    world: { steps: () => ({ unknown: 'No request was left.' }) },
    check: 'step',
    text: /steps of the build are not known: No request was left/,
  },
  {
    what: 'time of creation in the record',
    of: { records: [withoutCreatedAt()] },
    check: 'deployment',
    text: /record does not say when the deployment was created/,
  },
];

function withoutCreatedAt(): ReturnType<typeof record> {
  const made = record();
  const { deployment: of = { id: '', aliases: [] } } = made.facts;
  return { ...made, facts: { ...made.facts, deployment: without(of, 'createdAt') } };
}

describe('without its', () => {
  it.each(LOSSES)('$what it is not checkable', ({ of, world, check, text }) => {
    const row = deploymentOf(of, world);
    expect(row).toMatchObject({ class: 'NOT_CHECKABLE', reasons: [expect.stringMatching(text)] });
    expect(stateOf(row, check)).toBe('missing');
  });

  it('review it is verified all the same: not every team has one', () => {
    const row = deploymentOf({}, { review: () => ({ unknown: 'It was not asked for.' }) });
    expect(row.class).toBe('VERIFIED');
    expect(stateOf(row, 'review')).toBe('missing');
  });

  it('pull request it says that there is none', () => {
    expect(stateOf(deploymentOf({}, { review: () => ({ absent: true }) }), 'review')).toBe('none');
  });

  it('sandbox allowed, a record of a trial run explains nothing', () => {
    const trial = { records: [record({ sandbox: true })] };
    expect(deploymentOf(trial)).toMatchObject({
      class: 'NOT_CHECKABLE',
      reasons: [expect.stringMatching(/trial run/)],
    });
    expect(deploymentOf(trial, { allowSandbox: true }).class).toBe('VERIFIED');
  });
});
