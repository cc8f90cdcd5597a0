import { describe, expect, it } from '@jest/globals';
import policySchema from '../../schemas/deploy-policy.schema.json' with { type: 'json' };
import schema from '../../schemas/policy-tests.schema.json' with { type: 'json' };
import { parsePolicyTests } from '../../src/boundary/test-cases.ts';
import { PipeError } from '../../src/errors.ts';

const GOOD = `version: 1
date: 2026-11-15
tokens:
  main: { workspaceUuid: '{1}', branchName: main }
  tag: {}
tests:
  - name: main deploys
    token: main
    request: { action: deploy, project: prj_abc, target: production }
    expect: { grant: web-production }
  - name: a tag does not
    token: tag
    request: { action: deploy, project: prj_abc, target: production, actor: agent, signer: vault, timestamp: true, store: true, exchange: direct, date: 2026-11-30 }
    expect: { deny: true, reason: No grant }
`;
const USUAL = { actor: 'unknown', signer: 'keyless', timestamp: false, store: false };
const parse = (text: string): ReturnType<typeof parsePolicyTests> => parsePolicyTests(new TextEncoder().encode(text));

function faultsOf(text: string): readonly string[] {
  try {
    parse(text);
  } catch (error) {
    if (error instanceof PipeError && error.code === 'POLICY_INVALID') return error.faults;
    throw error;
  }
  return [];
}

describe('a file of policy tests', () => {
  it('is read whole, with what is usual filled in', () => {
    const { date, tokens, tests } = parse(GOOD);
    expect({ date, tokens }).toEqual({
      date: '2026-11-15',
      tokens: { main: { workspaceUuid: '{1}', branchName: 'main' }, tag: {} },
    });
    expect(tests[0]).toEqual({
      name: 'main deploys',
      token: 'main',
      request: { action: 'deploy', project: 'prj_abc', target: 'production', ...USUAL },
      expect: { grant: 'web-production' },
    });
    expect(tests[1]?.request).toMatchObject({
      actor: 'agent',
      signer: 'vault',
      timestamp: true,
      store: true,
      exchange: 'direct',
      date: '2026-11-30',
    });
    expect(tests[1]?.expect).toEqual({ deny: true, reason: 'No grant' });
  });

  it.each([
    { name: 'a version that is unknown', from: 'version: 1', to: 'version: 2', says: '1:1 version: got 2; wanted 1' },
    { name: 'a word that is unknown', from: 'tokens:', to: 'token: {}\ntokens:', says: '3:1 token: unknown key' },
    {
      name: 'a token that is missing',
      from: 'token: tag',
      to: 'token: tga',
      says: '12:5 tests[1].token: no token is named "tga"; wanted one under tokens: "main", "tag"',
    },
    {
      name: 'a token that every object has',
      from: 'token: tag',
      to: 'token: constructor',
      says: 'no token is named "constructor"',
    },
    {
      name: 'a name twice',
      from: 'a tag does not',
      to: 'main deploys',
      says: '11:5 tests[1].name: another test has this name too',
    },
    {
      name: 'a day that is none',
      from: 'date: 2026-11-15',
      to: 'date: 2026-02-30',
      says: '2:1 date: "2026-02-30" is no day',
    },
    {
      name: 'a day that is none, in a request',
      from: '2026-11-30',
      to: '2026-11-31',
      says: 'tests[1].request.date: "2026-11-31" is no day',
    },
    {
      name: 'a grant and a denial',
      from: 'deny: true',
      to: 'deny: true, grant: x',
      says: 'tests[1].expect: a grant and a denial',
    },
    { name: 'a reason alone', from: 'deny: true, ', to: '', says: 'tests[1].expect: a reason without deny' },
    {
      name: 'no expectation',
      from: '{ grant: web-production }',
      to: '{}',
      says: 'tests[0].expect: empty; wanted { grant: ID } or { deny: true }',
    },
    {
      name: 'a denial that is not meant',
      from: 'deny: true',
      to: 'deny: false',
      says: 'tests[1].expect.deny: got false; wanted true',
    },
    {
      name: 'a claim that is no text',
      from: 'branchName: main',
      to: 'branchName: 7',
      says: 'tokens.main.branchName: got 7',
    },
    {
      name: 'an actor of another kind',
      from: 'actor: agent',
      to: 'actor: robot',
      says: 'request.actor: got "robot"; wanted human, agent, schedule or unknown',
    },
    {
      name: 'a store by name',
      from: 'store: true',
      to: 'store: s3',
      says: 'request.store: got "s3"; wanted true or false',
    },
    { name: 'a key twice', from: 'date: 2026-11-15', to: 'version: 1', says: 'version for the second time' },
    { name: 'an alias', from: 'tag: {}', to: 'tag: *main', says: 'alias' },
  ])('is refused for $name', ({ from, to, says }) => {
    expect(GOOD).toContain(from);
    expect(faultsOf(GOOD.replace(from, to)).join('\n')).toContain(says);
  });

  it('tells all faults at once, from top to bottom', () => {
    const text = GOOD.replace('version: 1', 'version: 2').replace('action: deploy', 'action: erase');
    const faults = faultsOf(text.replace('2026-11-15', '2026-11-31').replace('token: tag', 'token: tga'));
    // 1 and 9 are found by the schema, 2 and 12 by the rules.
    expect(faults.map((fault) => fault.split(':')[0])).toEqual(['1', '2', '9', '12']);
  });

  it.each([
    { text: '', says: '1:1 policy tests: empty; wanted a map with version, tokens and tests' },
    { text: '[]', says: '1:1 policy tests: got []; wanted a map with version, tokens and tests' },
    { text: 'version: 1\ntokens: []\ntests: {}', says: '2:1 tokens: got []' },
    { text: 'version: 1\ntokens: { a: {} }\ntests: [7, null]', says: '3:9 tests[0]: got 7' },
  ])('is refused where it is $text', ({ text, says }) => {
    expect(faultsOf(text).join('\n')).toContain(says);
  });
});

describe('the published schema', () => {
  it('says of each key what it is, and what is wanted', () => {
    const wordless = listProperties(schema).filter(
      ([, { description, 'x-wanted': wanted }]) => !description || !wanted,
    );
    expect(wordless.map(([name]) => name)).toEqual([]);
    expect(listProperties(schema).length).toBeGreaterThan(15);
  });

  it('takes what a policy takes', () => {
    const { allow, grant } = policySchema.$defs;
    const { request, expect: expected } = schema.$defs;
    expect(request.properties.action.enum).toEqual(allow.properties.actions.items.enum);
    expect(request.properties.project.pattern).toBe(allow.properties.projects.items.pattern);
    expect(request.properties.target.pattern).toBe(allow.properties.targets.items.pattern);
    expect(request.properties.signer.enum).toEqual(grant.properties.signer.enum);
    expect(request.properties.exchange.pattern).toBe(grant.properties.exchange.pattern);
    expect(expected.properties.grant.pattern).toBe(grant.properties.id.pattern);
  });
});

/** Every property, at any depth. */
function listProperties(value: unknown): (readonly [string, Record<string, unknown>])[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, below]) => [
    ...(key === 'properties' ? Object.entries(below as Record<string, Record<string, unknown>>) : []),
    ...listProperties(below),
  ]);
}
