import { describe, expect, it } from '@jest/globals';
import { isOfTarget, sightRecords, type Sighting } from '../../src/deploy/context-previous.ts';
import { digest, KEYS, listed, metaOf, PREVIEW, PRODUCTION, PROJECT, QA, recordId } from './support/context.ts';
import { refused, reply } from './support/fake-api.ts';

const sight = (...deployments: readonly unknown[]): readonly Sighting[] =>
  sightRecords(reply(200, { deployments }), PROJECT, KEYS);
const ids = (sightings: readonly Sighting[]): string[] => sightings.map(({ record }) => record.recordId);

describe('the records that deployments name', () => {
  it('come with deployment, time and build, the newest first', () => {
    const [first, second] = sight(listed(1), listed(2, { readyState: 'ERROR' }));
    expect(first?.record).toEqual({
      ...{ recordId: recordId(2), intentDigest: digest(2), deploymentId: 'dpl_2', createdAt: 2, build: '2/1/' },
    });
    expect(second?.record.recordId).toBe(recordId(1));
  });

  it('may be named by their id alone', () => {
    expect(ids(sight(listed(1, { meta: { ...metaOf(1), [KEYS.record]: recordId(1) } })))).toEqual([recordId(1)]);
  });

  it('belong to the oldest deployment that names them', () => {
    const [only, ...more] = sight(listed(5, { meta: metaOf(1) }), listed(1));
    expect(only?.record).toMatchObject({ recordId: recordId(1), deploymentId: 'dpl_1' });
    expect(more).toEqual([]);
  });

  it.each([
    { name: 'nothing of ours', more: { meta: { githubCommitSha: 'x' } } },
    { name: 'no meta', more: { meta: undefined } },
    { name: 'a record that is no id', more: { meta: { ...metaOf(1), [KEYS.record]: `x ${recordId(1)}` } } },
    { name: 'no digest', more: { meta: { ...metaOf(1), [KEYS.intent]: 'A'.repeat(64) } } },
    { name: 'another project', more: { projectId: 'prj_other' } },
    { name: 'no state', more: { readyState: undefined } },
  ])('are passed over with $name', ({ more }) => {
    expect(sight(listed(1, more), null, 'x')).toEqual([]);
  });

  it('say nothing of a build that is too long to be one', () => {
    expect(sight(listed(1, { meta: metaOf(1, 'x'.repeat(65)) }))[0]?.record.build).toBeUndefined();
  });

  it('are not known without a list', () => {
    expect(() => sightRecords(refused(403, 'forbidden'), PROJECT, KEYS)).toThrow('status 403 forbidden');
  });
});

describe('the target of a deployment', () => {
  it.each([
    { more: {}, wanted: 'preview' },
    { more: { target: 'production' }, wanted: 'production' },
    { more: { customEnvironment: { id: 'env_qa', slug: 'qa' } }, wanted: 'custom' },
    { more: { customEnvironment: { id: 'env_qa' } }, wanted: 'custom' },
    { more: { customEnvironment: { id: 'env_other', slug: 'other' } }, wanted: undefined },
    { more: { customEnvironment: {} }, wanted: undefined },
    { more: { target: 'staging' }, wanted: undefined },
  ])('is one of ours, or none: $more', ({ more, wanted }) => {
    const [sighting] = sight(listed(1, more));
    const fit = [PRODUCTION, PREVIEW, QA].filter((target) => sighting && isOfTarget(sighting, target, 'env_qa'));
    expect(fit.map(({ kind }) => kind)).toEqual(wanted === undefined ? [] : [wanted]);
  });
});
