import { describe, expect, it } from '@jest/globals';
import { toPipeline } from '../../src/bitbucket/to-pipeline.ts';
import type { Pipeline } from '../../src/bitbucket/types.ts';

const NAME = {
  issuer: 'https://api.bitbucket.org/2.0/workspaces/acme/pipelines-config/identity/oidc',
  workspaceUuid: '{22222222-2222-4222-8222-222222222222}',
  repositoryUuid: '{11111111-1111-4111-8111-111111111111}',
  pipelineUuid: '{44444444-4444-4444-8444-444444444444}',
};
const COMMIT = '4b825dc642cb6eb9a060e54bf8d69288fbee4904';
const USER = '{c0ffee00-1234-4abc-8def-0123456789ab}';
const BODY = {
  uuid: NAME.pipelineUuid,
  build_number: 42,
  repository: { uuid: NAME.repositoryUuid },
  creator: { type: 'user', uuid: USER, display_name: 'Ada Lovelace' },
  trigger: { type: 'pipeline_trigger_push', name: 'PUSH' },
  target: { type: 'pipeline_ref_target', ref_type: 'branch', ref_name: 'main', commit: { hash: COMMIT } },
};

function read(change: Readonly<Record<string, unknown>>): Pipeline {
  const answer = toPipeline({ ...BODY, ...change }, NAME);
  if ('refusal' in answer) throw new Error(answer.refusal);
  return answer.pipeline;
}

describe("Bitbucket's answer", () => {
  it('is taken for what the record needs, and no name of a person', () => {
    expect(read({})).toEqual({
      uuid: NAME.pipelineUuid,
      buildNumber: 42,
      commit: COMMIT,
      ref: { kind: 'branch', name: 'main' },
      trigger: 'push',
      creator: { kind: 'user', uuid: USER },
      actor: 'human',
    });
  });

  it.each([
    { target: { type: 'pipeline_ref_target', ref_type: 'tag', ref_name: 'v1' }, ref: { kind: 'tag', name: 'v1' } },
    { target: { ref_type: 'ANNOTATED_TAG', ref_name: 'v2' }, ref: { kind: 'tag', name: 'v2' } },
    { target: { ref_type: 'named_branch', ref_name: 'x' }, ref: { kind: 'branch', name: 'x' } },
    { target: { ref_type: 'bookmark', ref_name: 'x' }, ref: { kind: 'other', name: 'x' } },
    {
      target: { type: 'pipeline_pullrequest_target', source: 'feature/a' },
      ref: { kind: 'pull-request', name: 'feature/a' },
    },
    { target: { type: 'pipeline_pullrequest_target', ref_name: 'not the source' }, ref: undefined },
    { target: { type: 'pipeline_commit_target' }, ref: undefined },
    { target: null, ref: undefined },
  ])('has the ref $ref', ({ target, ref }) => {
    expect(read({ target }).ref).toEqual(ref);
  });

  it.each([
    { field: 'commit', change: { target: { commit: { hash: 'abc123' } } } },
    { field: 'commit', change: { target: { commit: { hash: COMMIT.toUpperCase() } } } },
    { field: 'commit', change: { target: { commit: 'x' } } },
    { field: 'buildNumber', change: { build_number: '42' } },
    { field: 'buildNumber', change: { build_number: -1 } },
    { field: 'trigger', change: { trigger: null } },
    { field: 'trigger', change: { trigger: { type: 5 } } },
    { field: 'creator', change: { creator: null } },
    { field: 'creator', change: { creator: {} } },
  ] as const)('of another shape leaves $field out: $change', ({ field, change }) => {
    expect(read(change)[field]).toBeUndefined();
  });

  it.each([
    { creator: { type: 'app_user', uuid: USER }, kind: 'app', actor: 'agent' },
    { creator: { type: 'team', uuid: USER }, kind: 'other', actor: 'unknown' },
    { creator: { type: 'USER', uuid: USER }, kind: 'other', actor: 'unknown' },
  ])('has a creator of kind $kind, so the actor is $actor', ({ creator, kind, actor }) => {
    expect(read({ creator })).toMatchObject({ creator: { kind }, actor });
  });

  it('writes no control character and no bogus UUID on', () => {
    const { ref, creator } = read({
      target: { ref_type: 'branch', ref_name: 'a\nERROR b' },
      creator: { type: 'user', uuid: '{x}\n' },
    });
    expect(ref?.name).toBe('a ERROR b');
    expect(creator).toEqual({ kind: 'user', uuid: undefined });
  });

  it.each([
    { name: 'another pipeline', change: { uuid: USER }, text: `pipeline "${USER}" instead of` },
    { name: 'no pipeline', change: { uuid: undefined }, text: 'pipeline nothing instead of' },
    { name: 'another repository', change: { repository: { uuid: USER } }, text: `repository "${USER}" instead of` },
    { name: 'a repository of no shape', change: { repository: { uuid: 7 } }, text: 'repository 7 instead of' },
  ])('that names $name counts for nothing', ({ change, text }) => {
    const answer = toPipeline({ ...BODY, ...change }, NAME);
    expect('refusal' in answer ? answer.refusal : 'taken').toContain(text);
  });

  it.each([[undefined], ['text'], [null], [[]]])('that is %p counts for nothing', (body) => {
    expect(toPipeline(body, NAME)).toHaveProperty('refusal');
  });
});
