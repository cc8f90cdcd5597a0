import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { validateRecord } from '../../build/validators.js';
import type { RecordedEnvironment } from '../../src/record/types.ts';
import { Secret } from '../../src/secret.ts';
import { CONTEXT, DEPLOYED_AT, EARLIER, environment, record, variable } from './support/environment.ts';
import { DENIED, INTENT, RECORD_ID } from './support/facts.ts';

const HAS_JQ = spawnSync('jq', ['--version']).status === 0;

/** The digest as the schema describes it, made from the record alone. */
function recompute(described: RecordedEnvironment): string {
  const { target, customEnvironmentId, settings, variables } = described;
  // JSON.stringify leaves out what is undefined.
  return createHash('sha256')
    .update(JSON.stringify({ target, customEnvironmentId, settings, variables }))
    .digest('hex');
}

describe('the environment in a record', () => {
  it('is what was read, and fits the schema', () => {
    const statement = record({ context: CONTEXT, target: 'qa' });
    expect(validateRecord(statement)).toBe(true);
    expect(statement.predicate.environmentMetadata).toEqual({
      ...{ version: '1', target: 'qa', customEnvironmentId: 'env_qa', settings: CONTEXT.settings },
      variables: [
        {
          ...{ name: 'API_URL', id: 'id-API_URL', type: 'encrypted' },
          ...{ createdAt: '2026-11-19T23:59:59.000Z', updatedAt: '2026-11-19T23:59:59.000Z' },
        },
        expect.objectContaining({ name: 'Ünï"\\', gitBranch: 'feature/<1>' }),
      ],
      digest: { sha256: expect.stringMatching(/^[0-9a-f]{64}$/) },
    });
    expect(statement.predicate.previous).toEqual([
      { recordId: RECORD_ID, deploymentId: 'dpl_0', digest: { sha256: 'ab'.repeat(32) } },
    ]);
  });

  it('is the same in an intent and its result', () => {
    const context = { ...CONTEXT, lastOfTarget: EARLIER };
    const result = record({ context });
    const intent = record({ ...INTENT, context });
    expect(intent.predicate.environmentMetadata).toEqual(result.predicate.environmentMetadata);
    expect(intent.predicate.environmentMetadata?.changes).toBeDefined();
    expect(intent.predicate.previous).toEqual(result.predicate.previous);
    expect(Object.keys(intent.predicate)).not.toContain('deployedAt');
    expect(result.predicate.deployedAt).toBe('2026-11-23T12:00:20.500Z');
  });

  it('is absent where nothing was read', () => {
    const fields = Object.keys(record(DENIED).predicate);
    expect(fields).not.toContain('environmentMetadata');
    expect(fields).not.toContain('previous');
  });

  it('says what could not be read, and why', () => {
    const nothing = { settings: undefined, variables: undefined, previous: undefined, customEnvironmentId: undefined };
    const refusals = ['settings: NETWORK', 'variables: status 403 forbidden'];
    const statement = record({ context: { ...CONTEXT, ...nothing, refusals }, target: 'preview' });
    expect(validateRecord(statement)).toBe(true);
    expect(statement.predicate.environmentMetadata).toEqual({
      ...{ version: '1', target: 'preview', refusal: 'settings: NETWORK; variables: status 403 forbidden' },
      // printf '{"target":"preview"}' | sha256sum
      digest: { sha256: 'fcb0a4f575216ab09384345e2f61ad2074d2f7c32f0cb8c6de6589d598b36018' },
    });
    expect(Object.keys(statement.predicate)).not.toContain('previous');
  });

  it.each([Number.NaN, -1, 1e20])('leaves out a time of Vercel that is none: %s', (updatedAt) => {
    const [one] = environment({ variables: [variable('A', { updatedAt })] }).variables ?? [];
    expect(one?.createdAt).toBeDefined();
    expect(Object.keys(one ?? {})).not.toContain('updatedAt');
  });
});

describe('its digest', () => {
  it('is made from the record alone, with any parts', () => {
    for (const context of [{}, { customEnvironmentId: undefined }, { settings: undefined }, { variables: undefined }]) {
      const described = environment(context);
      expect(described.digest.sha256).toBe(recompute(described));
    }
  });

  it('is over what stands there: without secrets', () => {
    const secret = new Secret('canary-5e1f0a77');
    const described = environment({ settings: { buildCommand: `x ${secret.reveal()}` } });
    expect(JSON.stringify(described)).not.toContain(secret.reveal());
    expect(described.digest.sha256).toBe(recompute(described));
  });

  it('does not hang on what a record says besides', () => {
    const { digest } = environment();
    expect(environment({ refusals: ['x'], lastOfTarget: EARLIER, previous: undefined }).digest).toEqual(digest);
    expect(environment({}, 'other').digest).not.toEqual(digest);
    expect(environment({ variables: [variable('API_URL', { updatedAt: DEPLOYED_AT })] }).digest).not.toEqual(digest);
    expect(environment({ settings: { nodeVersion: '22.x' } }).digest).not.toEqual(digest);
  });

  const oracle = HAS_JQ ? it : it.skip;
  oracle.each([
    { name: 'everything', context: {} },
    { name: 'no custom environment', context: { customEnvironmentId: undefined } },
    { name: 'no settings', context: { settings: undefined } },
    { name: 'no variables', context: { variables: undefined } },
  ])(`is what jq and sha256sum make of it, with $name${HAS_JQ ? '' : ' (skipped: no jq here)'}`, ({ context }) => {
    const statement = record({ context: { ...CONTEXT, ...context }, target: 'qa' });
    const filter =
      '.predicate.environmentMetadata | {target, customEnvironmentId, settings, variables} | with_entries(select(.value != null))';
    const text = execFileSync('jq', ['-cj', filter], { input: JSON.stringify(statement) });
    const sum = execFileSync('sha256sum', { input: text, encoding: 'utf8' }).slice(0, 64);
    expect(sum).toBe(statement.predicate.environmentMetadata?.digest.sha256);
  });
});
