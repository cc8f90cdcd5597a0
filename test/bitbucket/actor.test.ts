import { describe, expect, it } from '@jest/globals';
import { judgeActor } from '../../src/bitbucket/actor.ts';

describe('who started a pipeline', () => {
  it.each([
    ['push', 'user', 'human'],
    ['manual', 'user', 'human'],
    ['pullrequest', 'user', 'human'],
    ['pull_request', 'user', 'human'],
    ['push', 'app', 'agent'],
    ['manual', 'app', 'agent'],
    ['schedule', 'user', 'schedule'],
    ['schedule', 'app', 'schedule'],
    ['scheduled', undefined, 'schedule'],
    // Nothing of this is guessed.
    ['push', undefined, 'unknown'],
    ['push', 'other', 'unknown'],
    ['parent_pipeline', 'user', 'unknown'],
    ['parent_pipeline', 'app', 'unknown'],
    ['webhook', 'user', 'unknown'],
    ['', 'user', 'unknown'],
    [undefined, 'user', 'unknown'],
    [undefined, undefined, 'unknown'],
  ] as const)('by %s of %s is %s', (trigger, creator, actor) => {
    expect(judgeActor(trigger, creator)).toBe(actor);
  });
});
