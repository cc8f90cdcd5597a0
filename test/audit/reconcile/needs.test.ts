import { describe, expect, it } from '@jest/globals';
import { needsOf, type Bucket, type Needs, type World } from '../../../src/audit/reconcile/index.ts';
import { bucket, world } from './support/audit.ts';
import * as seen from './support/seen.ts';

const { act, COMMIT, deployment, DPL, event, MINUTE, NOON, PIPELINE, pipeline, record, REPO, STORED } = seen;
const NOTHING: Needs = { pipelines: [], steps: [], reviews: [] };
const UNASKED = () => ({ unknown: 'It was not asked for.' });
const RECORDED = {
  pipelineUuid: PIPELINE,
  repositoryUuid: REPO,
  workspaceUuid: '55555555-0000-4000-8000-000000000001',
};
const BUILT = { repositoryUuid: REPO, commit: COMMIT };
const preview: Partial<Bucket> = {
  deployments: [deployment({ target: 'preview', readySubstate: 'STAGED' })],
  records: [record({ target: 'preview', deployment: { target: 'preview', readySubstate: 'STAGED' } })],
};

function needs(of: Partial<Bucket> = {}, over: Partial<World> = {}): Needs {
  return needsOf(bucket(of), world({ steps: UNASKED, review: UNASKED, ...over }));
}

describe('what Bitbucket must be asked', () => {
  it('is nothing where all is known', () => {
    expect(needsOf(bucket(), world())).toEqual(NOTHING);
  });

  it('is first the pipeline that a record names and the lists lack', () => {
    expect(needs({}, { pipeline: UNASKED })).toEqual({ ...NOTHING, pipelines: [RECORDED] });
  });

  it('is no pipeline that it does not know', () => {
    expect(needs({}, { pipeline: () => ({ absent: true }) })).toEqual(NOTHING);
  });

  it('is a review of what changed production, once a commit', () => {
    const twin = deployment({ id: 'dpl_two', createdAt: NOON + MINUTE });
    const second = record({ recordId: seen.recordId(2), deployment: { id: 'dpl_two' } }, { file: 'two', digest: 'd2' });
    const of = { deployments: [deployment(), twin], records: [record(), second] };
    expect(needs(of)).toEqual({ ...NOTHING, reviews: [{ ...BUILT, at: NOON + MINUTE }] });
    expect(needs(preview)).toEqual(NOTHING);
  });

  it('is no step of a keyless record, nor of a preview; but of a stored key in production', () => {
    const steps = [{ ...RECORDED, at: NOON }];
    expect(needs({ records: [record({}, { verdict: STORED })] }).steps).toEqual(steps);
    expect(needs({ records: [record({}, { verdict: seen.MANAGED })] }).steps).toEqual([]);
    expect(
      needs({ ...preview, records: (preview.records ?? []).map((one) => ({ ...one, verdict: STORED })) }).steps,
    ).toEqual([]);
  });

  it('is the step that an unrecorded deployment names, when its pipeline is known', () => {
    const records = { records: [] };
    const unasked = { ...NOTHING, pipelines: [{ pipelineUuid: PIPELINE }] };
    expect(needs(records, { pipeline: UNASKED })).toEqual(unasked);
    expect(needs(records).steps).toEqual([{ pipelineUuid: PIPELINE, repositoryUuid: REPO, at: NOON }]);
    expect(needs({ ...records, deployments: [deployment({ meta: {} })] })).toEqual(NOTHING);
  });

  it('is steps at the latest moment of all that name the pipeline, also of what needs none', () => {
    const later = NOON + 3 * MINUTE;
    const one = { target: 'preview', readySubstate: 'STAGED' } as const;
    const second = record(
      { recordId: seen.recordId(2), target: 'preview', deployment: { ...one, id: 'dpl_two', createdAt: later } },
      { file: 'two', digest: 'd2' },
    );
    const of = {
      deployments: [deployment(), deployment({ id: 'dpl_two', createdAt: later, ...one })],
      records: [record({}, { verdict: STORED }), second],
    };
    expect(needs(of).steps).toEqual([{ ...RECORDED, at: later }]);
    expect(needs({ ...of, deployments: of.deployments.toReversed() }).steps).toEqual([{ ...RECORDED, at: later }]);
  });

  it('is the pipeline of an act that tells of a change, with its review', () => {
    const other = seen.STEP;
    const promotion = event({ id: 'uev_p', type: 'manual-deployment-promotion-created', at: NOON + 10 * MINUTE });
    const of = {
      ...preview,
      events: [event(), promotion],
      records: [...(preview.records ?? []), act('promote', { actsOn: DPL, pipelineUuid: other })],
    };
    const unknown: World['pipeline'] = (uuid) => (uuid === other ? UNASKED() : { found: pipeline() });
    expect(needs(of, { pipeline: unknown }).pipelines).toEqual([{ ...RECORDED, pipelineUuid: other }]);
    const found: World['pipeline'] = () => ({ found: pipeline() });
    expect(needs(of, { pipeline: found }).reviews).toEqual([{ ...BUILT, at: NOON + 10 * MINUTE }]);
  });

  it('is in the repository that a record names, where meta names the same pipeline first', () => {
    const stranger = deployment({ id: 'dpl_a' });
    const of = { deployments: [stranger, deployment()] };
    expect(needs(of, { pipeline: UNASKED }).pipelines).toEqual([RECORDED]);
  });

  it('comes to an end when every question has its answer', () => {
    const answers = { pipeline: false, steps: false, review: false };
    const growing: Partial<World> = {
      pipeline: () => (answers.pipeline ? { found: pipeline() } : UNASKED()),
      steps: () => (answers.steps ? { absent: true } : UNASKED()),
      review: () => (answers.review ? { absent: true } : UNASKED()),
    };
    const stored = { records: [record({}, { verdict: STORED })] };
    expect(needs(stored, growing)).toMatchObject({ pipelines: [RECORDED], steps: [], reviews: [] });
    answers.pipeline = true;
    expect(needs(stored, growing)).toMatchObject({ pipelines: [], steps: [{}], reviews: [{}] });
    answers.steps = answers.review = true;
    expect(needs(stored, growing)).toEqual(NOTHING);
  });
});
