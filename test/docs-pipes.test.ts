import { globSync, readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { parseAllDocuments } from 'yaml';
import { readAuditOptions } from '../src/commands/audit-options.ts';
import { readPolicyOptions } from '../src/commands/policy-options.ts';
import { PipeError } from '../src/errors.ts';
import { parseVariables } from '../src/variables/index.ts';
import { VARIABLES } from '../src/variables/table.ts';
import { ROOT } from '../tools/root.ts';
import { listBlocks } from './support/page-text.ts';

interface PipeCall {
  readonly pipe: string;
  readonly variables: Readonly<Record<string, string | readonly string[]>>;
}

const NOW = Date.parse('2026-11-25T12:00:00Z');
/** What stands in a step's shell where the examples name it, so that a value is one of its kind. */
const FILLED: Readonly<Record<string, string>> = {
  $BITBUCKET_BUILD_NUMBER: '7',
  $SINCE: '2026-10-01',
  $UNTIL: '2026-11-01',
  $WHICH: 'dpl_abc',
  $POLICY_KEY: '{"kty":"EC","crv":"P-256","x":"AAAA","y":"AAAA"}',
  $SIGNING_KEY: '{"kty":"EC"}',
};
const pages = globSync(['*.md', 'docs/**/*.md', 'examples/**/*.{md,yml}'], { cwd: ROOT }).toSorted();
const examples = pages.flatMap((page) => {
  const text = readFileSync(`${ROOT}${page}`, 'utf8');
  const blocks = page.endsWith('.yml') ? [text] : listBlocks(text);
  return blocks.flatMap((block) => findCalls(readYaml(block))).map((call) => ({ page, call }));
});

describe('every example of a pipe that has variables', () => {
  it('is found', () => {
    expect(examples.length).toBeGreaterThan(30);
    const found = new Set(examples.map(({ page }) => page));
    const some = [
      'README.md',
      'docs/in-bitbucket.md',
      'docs/exchange/aws.md',
      'examples/audit/bitbucket-pipelines.yml',
    ];
    expect([...found]).toEqual(expect.arrayContaining(some));
  });

  it.each(examples.map(({ page, call }, index): [string, PipeCall] => [`${String(index)} of ${page}`, call]))(
    'is taken as it stands: %s',
    (_, call) => {
      const names = Object.keys(call.variables);
      expect(names.filter((name) => !VARIABLES.has(name))).toEqual([]);
      expect(findFaults(call)).toEqual([]);
    },
  );

  it('is refused without what it must have', () => {
    const others = Object.entries(examples[0]?.call.variables ?? {}).filter(([name]) => name !== 'TARGET');
    expect(findFaults({ pipe: '', variables: Object.fromEntries(others) })).toEqual([
      expect.stringMatching(/^TARGET: missing/),
    ]);
  });
});

/** Some blocks are pieces of a file, with `…` in them; those call no pipe. */
function readYaml(block: string): readonly unknown[] {
  return parseAllDocuments(block).map((document) =>
    document.errors.length > 0 ? undefined : (document.toJS() as unknown),
  );
}

function findCalls(value: unknown): readonly PipeCall[] {
  if (typeof value !== 'object' || value === null) return [];
  if ('pipe' in value && 'variables' in value) return [value as PipeCall];
  return Object.values(value).flatMap(findCalls);
}

function findFaults(call: PipeCall): readonly string[] {
  try {
    check(call);
    return [];
  } catch (error) {
    if (error instanceof PipeError) return error.faults;
    throw error;
  }
}

/** As the command itself looks at its words and variables, before anything is sent. */
function check({ variables }: PipeCall): void {
  const environment: Record<string, string> = { ...toEnvironment(variables), BITBUCKET_CLONE_DIR: '/clone' };
  const [command = '', ...words] = (environment['COMMAND'] ?? 'deploy').trim().split(/\s+/);
  if (command === 'policy') return void readPolicyOptions(words, '/clone');
  if (command !== 'audit') return void parseVariables(environment, '/clone');
  const asked = readAuditOptions(words, '/clone', NOW);
  if (asked.kind !== 'audit') return;
  const { projects } = asked.audit;
  const [first] = projects === 'all' ? [] : projects;
  const usual = { TARGET: 'production', ...(first === undefined ? {} : { VERCEL_PROJECT_ID: first }) };
  parseVariables({ ...usual, ...environment, COMMAND: 'audit' }, '/clone');
}

/** As Bitbucket hands the variables over, those of the shell filled in. */
function toEnvironment(variables: PipeCall['variables']): Record<string, string> {
  const fill = (text: string): string => text.replace(/\$[A-Z_]+/g, (name) => FILLED[name] ?? `of${name.slice(1)}`);
  const pairs = Object.entries(variables).flatMap(([name, value]): [string, string][] =>
    typeof value === 'string'
      ? [[name, fill(value)]]
      : [
          [`${name}_COUNT`, String(value.length)],
          ...value.map((item, at): [string, string] => [`${name}_${String(at)}`, fill(item)]),
        ],
  );
  return Object.fromEntries(pairs);
}
