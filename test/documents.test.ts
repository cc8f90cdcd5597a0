import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import { EXIT_STATUS } from '../src/errors.ts';
import { parsePolicy } from '../src/policy/index.ts';
import { parseVariables } from '../src/variables/index.ts';
import { VARIABLES } from '../src/variables/table.ts';
import { VERSION } from '../src/version.ts';
import { ROOT } from '../tools/bundle.ts';

const readme = read('README.md');
const variables = [...VARIABLES.values()];

describe('README, pipe.yml and the schema of the variables', () => {
  it('name the same variables, in the same order', () => {
    const names = variables.map(({ name }) => name);
    expect(names.length).toBeGreaterThan(15);
    expect(readmeVariables().map(({ name }) => name)).toEqual(names);
    expect(pipeVariables().map(({ name }) => name)).toEqual(names);
  });

  it.each(variables)('say the same of $name', ({ name, required, default: value, description }) => {
    const row = readmeVariables().find((variable) => variable.name === name);
    expect(row).toMatchObject({ required });
    expect(row?.usage).toContain(description);
    if (value !== undefined) expect(row?.usage).toContain(`Default: \`${value}\`.`);
    expect(pipeVariables().find((variable) => variable.name === name)?.default).toBe(value);
  });
});

describe('the README', () => {
  it('shows a pipeline whose variables are known, and the version that this is', () => {
    const blocks = yamlBlocks();
    const steps = parse(blocks[0] ?? '') as { step: { oidc?: unknown; script: (string | PipeCall)[] } }[];
    const [build, deploy] = steps.map(({ step }) => step);
    expect(build?.oidc).toBeUndefined();
    const call = deploy?.script[0] as PipeCall;
    expect(call.pipe).toMatch(new RegExp(`:${VERSION.replaceAll('.', '\\.')}$`));
    expect(Object.keys(call.variables).filter((name) => !VARIABLES.has(name))).toEqual([]);
    const required = variables.filter((variable) => variable.required).map(({ name }) => name);
    expect(Object.keys(call.variables)).toEqual(expect.arrayContaining(required));
  });

  it('shows a policy that this version takes', () => {
    const policy = parsePolicy(
      new TextEncoder().encode(yamlBlocks().find((block) => block.startsWith('version: '))),
      VERSION,
    );
    expect(policy.grants.map(({ id }) => id)).toEqual(['web-production', 'web-preview']);
  });

  it('shows a promotion whose variables are taken', () => {
    const [step] = parse(blockAt('- step:\n    name: Promote', read('docs/commands.md'))) as {
      step: { script: PipeCall[] };
    }[];
    const environment = { ...step?.step.script[0]?.variables, DEPLOYMENT: 'build:7', BITBUCKET_CLONE_DIR: '/clone' };
    expect(parseVariables(environment, '/clone')).toMatchObject({ after: { deployment: 'build:7' } });
  });

  it('shows examples whose variables are taken', () => {
    const calls = yamlBlocks().flatMap((block) => findCalls(parse(block)));
    expect(calls.length).toBeGreaterThan(2);
    for (const { variables: given } of calls) {
      const lists = Object.entries(given).flatMap(([name, value]) =>
        Array.isArray(value)
          ? [
              [`${name}_COUNT`, String(value.length)],
              ...value.map((item: string, at) => [`${name}_${String(at)}`, item]),
            ]
          : [[name, value]],
      );
      const environment = { ...(Object.fromEntries(lists) as Record<string, string>), BITBUCKET_CLONE_DIR: '/clone' };
      expect(parseVariables(environment, '/clone').projectId).toBe('prj_abc');
    }
  });

  it('tells every exit status', () => {
    for (const status of new Set(Object.values(EXIT_STATUS))) {
      expect(readme).toMatch(new RegExp(`^\\| (?:\\d+ / )?${String(status)}(?: / \\d+)? +\\|`, 'm'));
    }
  });
});

describe('the version', () => {
  it('is the same everywhere', () => {
    const { version } = JSON.parse(read('package.json')) as { version: string };
    expect(VERSION).toBe(version);
    expect((parse(read('pipe.yml')) as { image: string }).image).toMatch(new RegExp(`:${version}$`));
    // With a date once it is released.
    expect(read('CHANGELOG.md')).toMatch(new RegExp(`^## ${version.replaceAll('.', '\\.')}(?: - .*)?$`, 'm'));
  });
});

interface PipeCall {
  readonly pipe: string;
  readonly variables: Readonly<Record<string, string>>;
}

/** Every call of the pipe, however deep it stands. */
function findCalls(value: unknown): readonly PipeCall[] {
  if (typeof value !== 'object' || value === null) return [];
  if ('pipe' in value && 'variables' in value) return [value as PipeCall];
  return Object.values(value).flatMap(findCalls);
}

function read(file: string): string {
  return readFileSync(`${ROOT}${file}`, 'utf8');
}

function yamlBlocks(page = readme): string[] {
  return [...page.matchAll(/```yaml\n([^]*?)```/g)].map((match) => match[1] ?? '');
}

/** The one that begins so. */
function blockAt(beginning: string, page: string): string {
  return yamlBlocks(page).find((block) => block.startsWith(beginning)) ?? '';
}

function readmeVariables(): { name: string; required: boolean; usage: string }[] {
  return [...readme.matchAll(/^\| `([A-Z_]+)`( \(\*\))? +\| (.*?) *\|$/gm)].map((match) => ({
    name: match[1] ?? '',
    required: match[2] !== undefined,
    usage: match[3] ?? '',
  }));
}

function pipeVariables(): { name: string; default?: string }[] {
  return (parse(read('pipe.yml')) as { variables: { name: string; default?: string }[] }).variables;
}
