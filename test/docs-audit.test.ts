import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import { CLASSES, parseExceptions } from '../src/audit/index.ts';
import { parsePolicy } from '../src/policy/index.ts';
import { ROOT } from '../tools/bundle.ts';
import { listRows } from './support/page-text.ts';

const read = (file: string): string => readFileSync(`${ROOT}${file}`, 'utf8');
const page = read('docs/audit.md');
const WEIGHTS = { none: 'explained', finding: 'finding (1)', gap: 'gap (3)', trust: 'trust (4)' };

describe('the page on the audit', () => {
  it('has every class in the words of the program, and no other', () => {
    const wanted = Object.entries(CLASSES).map(([id, { weight, meaning, next }]) => [
      `\`${id}\``,
      WEIGHTS[weight],
      meaning,
      next,
    ]);
    expect(listRows(page, 'Class')).toEqual(wanted);
  });

  it('has every option of the command, and no other', () => {
    const text = read('src/commands/audit-options.ts') + read('src/commands/audit-words.ts');
    const known = new Set([...text.matchAll(/'(--[a-z-]+)'/g)].map(([, name]) => name));
    const told = listRows(page, 'Option').flatMap(([cell = '']) =>
      [...cell.matchAll(/--[a-z-]+/g)].map(([name]) => name),
    );
    expect(told.toSorted()).toEqual([...known].toSorted());
  });

  it('has an example of exceptions that can be signed', () => {
    const [, example = ''] = /```yaml\n(version: 1\nexceptions:[^`]*)```/.exec(page) ?? [];
    expect(parseExceptions(new TextEncoder().encode(example)).items).toMatchObject([{ id: 'marketing-cms' }]);
  });

  it('has a grant that a policy takes', () => {
    const [, grants = ''] = /```yaml\n(grants:[^`]*)```/.exec(page) ?? [];
    const filled = grants.replaceAll("'{…}'", "'{1de489be-5a3c-4a0e-9d1f-2f4c8a1b6e70}'");
    const head =
      "version: 1\nissuers: ['https://api.bitbucket.org/2.0/workspaces/acme/pipelines-config/identity/oidc']\n";
    const text = `${head}exchanges:\n  direct:\n    - vercel: {}\n${filled}`;
    expect(parsePolicy(new TextEncoder().encode(text), '1.0.0').grants[0]?.allow.actions).toEqual(['audit']);
  });
});

describe('the example of a nightly audit', () => {
  const file = parse(read('examples/audit/bitbucket-pipelines.yml')) as {
    pipelines: { custom: { nightly: { step: Record<string, unknown> }[] } };
  };
  const [fetch, audit] = file.pipelines.custom.nightly.map(({ step }) => step);

  it('asks for what the command knows, in a step that has nothing else in it', () => {
    const [only, ...others] = audit?.['script'] as { pipe: string; variables: Record<string, string> }[];
    expect(others).toEqual([]);
    const words = only?.variables['COMMAND']?.split(/\s+/) ?? [];
    const options = words.filter((word) => word.startsWith('--'));
    const known = new Set(
      listRows(page, 'Option').flatMap(([cell = '']) => [...cell.matchAll(/--[a-z-]+/g)].map(([name]) => name)),
    );
    expect(words[0]).toBe('audit');
    expect(options.filter((name) => !known.has(name))).toEqual([]);
    expect(audit).toMatchObject({
      deployment: 'audit',
      oidc: { audiences: ['https://vercel.com/api/login/oauth/token'] },
    });
  });

  it('names no file that its head does not say to commit, but for the folder that its first night makes', () => {
    const text = read('examples/audit/bitbucket-pipelines.yml');
    const [only] = audit?.['script'] as { variables: Record<string, string> }[];
    const { COMMAND = '', POLICY = '' } = only?.variables ?? {};
    const wanted = [POLICY, ...[...COMMAND.matchAll(/\btrust\/\S+/g)].map(([name]) => name)];
    const told = [...text.matchAll(/^# {3}(\S+) {2,}(?:with|as) /gm)].map(([, name]) => name);
    expect(told.toSorted()).toEqual(wanted.toSorted());
    expect(COMMAND).toContain('--checkpoint checkpoints ');
    expect(audit?.['after-script']).toContain('cp audit/*.checkpoint.* checkpoints/ || true');
  });

  it('audits what the grant of the page lists: the whole team would leave out every project that it lacks', () => {
    const [, projects = ''] = /actions: \[audit\], projects: \[([^\]]+)\]/.exec(page) ?? [];
    const [only] = audit?.['script'] as { variables: Record<string, string> }[];
    const [, asked = ''] = /--projects (\S+)/.exec(only?.variables['COMMAND'] ?? '') ?? [];
    expect(asked.split(',')).toEqual(projects.split(', '));
  });

  it('fetches the records in another step, without the audit’s environment', () => {
    expect(fetch).toMatchObject({ oidc: true, artifacts: ['records/**'] });
    expect(fetch).not.toHaveProperty('deployment');
  });
});
