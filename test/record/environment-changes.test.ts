import { describe, expect, it } from '@jest/globals';
import type { DeployContext } from '../../src/deploy/types.ts';
import { toMetaDigest } from '../../src/record/meta-digest.ts';
import type { RecordedEnvironment } from '../../src/record/types.ts';
import { contextScene, KEYS, PROJECT } from '../deploy/support/context.ts';
import { DEPLOYED_AT, EARLIER, environment, variable } from './support/environment.ts';
import { RECORD_ID } from './support/facts.ts';

describe('what changed', () => {
  const variables = [
    variable('NEW', { createdAt: DEPLOYED_AT + 1, updatedAt: undefined }),
    variable('OLD'),
    variable('SAME', { updatedAt: DEPLOYED_AT }),
    variable('SET', { updatedAt: DEPLOYED_AT + 1 }),
    variable('SET', { id: 'other', updatedAt: DEPLOYED_AT + 2 }),
  ];

  it('is told against the last record of the target, each name once', () => {
    const { changes } = environment({ variables, lastOfTarget: EARLIER });
    expect(changes).toEqual({ recordId: RECORD_ID, since: '2026-11-20T00:00:00.000Z', variables: ['NEW', 'SET'] });
  });

  it.each<{ name: string; context: Partial<DeployContext> }>([
    { name: 'without a record before', context: { variables } },
    { name: 'without its time', context: { variables, lastOfTarget: { ...EARLIER, createdAt: undefined } } },
    { name: 'without the variables', context: { variables: undefined, lastOfTarget: EARLIER } },
  ])('is not told $name', ({ context }) => {
    expect(Object.keys(environment(context))).not.toContain('changes');
  });

  it('is known as a whole where the record before named its digest', () => {
    const { digest } = environment();
    const same = { ...EARLIER, build: `41/1/${toMetaDigest(digest.sha256)}` };
    expect(environment({ lastOfTarget: same }).changes?.sameDigest).toBe(true);
    const other = { ...EARLIER, build: `41/1/${toMetaDigest('0'.repeat(64))}` };
    expect(environment({ lastOfTarget: other }).changes?.sameDigest).toBe(false);
  });

  it("is found in Vercel's sandbox from one record to the next", async () => {
    let now = Date.UTC(2026, 10, 1);
    const { sandbox, read } = await contextScene({ now: () => now });
    const describe = async (): Promise<RecordedEnvironment> => environment(await read(), 'production');
    const first = await describe();
    now += 1000;
    const meta = { [KEYS.record]: RECORD_ID, [KEYS.intent]: 'ab'.repeat(32) };
    const build = `41/1/${toMetaDigest(first.digest.sha256)}`;
    sandbox.vercel.plantDeployment({
      projectId: PROJECT,
      target: 'production',
      meta: { ...meta, [KEYS.build]: build },
    });
    now += 1000;
    expect((await describe()).changes).toMatchObject({ recordId: RECORD_ID, sameDigest: true, variables: [] });
    sandbox.vercel.setVariable(PROJECT, { key: 'DATABASE_URL', target: ['production'] });
    expect((await describe()).changes).toMatchObject({ sameDigest: false, variables: ['DATABASE_URL'] });
  });
});
