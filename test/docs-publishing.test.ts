import { existsSync, readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import { VARIABLES } from '../src/variables/table.ts';
import { planSigning } from '../tools/release/sign.ts';
import { ROOT } from '../tools/root.ts';
import { listBlocks, listRows, slug } from './support/page-text.ts';

interface Step {
  readonly name?: string;
}
interface Item {
  readonly step?: Step;
  readonly stage?: { readonly steps: readonly { readonly step: Step }[] };
}

const read = (file: string): string => readFileSync(`${ROOT}${file}`, 'utf8');
const page = read('docs/publishing.md');
const pipelines = read('bitbucket-pipelines.yml');
const plain = (cell = ''): string => cell.replaceAll('`', '');

describe('the page on publishing', () => {
  it('has every variable that the pipeline takes, and no other', () => {
    const shown = listRows(page, 'Variable').map(([name]) => plain(name));
    const inPipeline = [...pipelines.matchAll(/\b((?:REGISTRY|BASE)_[A-Z]+)\b/g)].map(([name]) => name);
    const inSign = [...read('tools/release/sign.ts').matchAll(/\bSIGN_(?:METHOD|IMAGE|KEY|PLUGIN)\b/g)].map(
      ([name]) => name,
    );
    expect(shown.toSorted()).toEqual([...new Set([...inPipeline, ...inSign])].toSorted());
  });

  it('tells each step of a release', () => {
    const [, , publish] =
      (parse(pipelines) as { pipelines: { tags: Record<string, Item[]> } }).pipelines.tags['*.*.*'] ?? [];
    const rows = listRows(page, 'Step').map(([name = '']) => name);
    expect(rows.slice(2)).toEqual(publish?.stage?.steps.map(({ step }) => step.name));
    expect(rows.slice(0, 2)).toEqual(['Test', 'Check the release']);
  });

  it('names scripts that there are', () => {
    const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };
    const names = [...page.matchAll(/npm run (?:-s )?([\w:]+)/g)].map(([, name = '']) => name);
    expect(new Set(names).size).toBeGreaterThan(5);
    expect(names.filter((name) => !(name in scripts))).toEqual([]);
  });

  it('has keys that the signing takes', () => {
    const keys = listRows(page, '`SIGN_KEY`').map(([key]) => plain(key));
    expect(keys).toHaveLength(5);
    for (const key of keys) {
      const environment = { REGISTRY_IMAGE: 'r/p', SIGN_METHOD: 'cosign', SIGN_KEY: key };
      const SIGN_IMAGE = `r/cosign:3@sha256:${'0'.repeat(64)}`;
      const request = { digest: `sha256:${'0'.repeat(64)}`, secrets: '/s', release: '/r' };
      expect(planSigning({ ...request, environment: { ...environment, SIGN_IMAGE } }).commands).toHaveLength(2);
    }
  });

  it('shows steps whose variables are known, each with a version', () => {
    const blocks = listBlocks(page);
    expect(blocks).toHaveLength(5);
    const calls = blocks.flatMap((block) => findCalls(parse(block)));
    expect(calls).toHaveLength(5);
    for (const { pipe, variables = {} } of calls) {
      expect(pipe).toMatch(/\/vercel-oidc-deploy:\d+\.\d+\.\d+(?:@sha256:[0-9a-f]{64})?$/);
      expect(Object.keys(variables).filter((name) => !VARIABLES.has(name))).toEqual([]);
    }
  });

  it.each(['docs/publishing.md', 'docs/dependencies.md', 'examples/organisation/README.md'])(
    '%s leads to places that are there',
    (path) => {
      const text = read(path);
      for (const [, link = ''] of text.matchAll(/\]\(([^)]+)\)/g)) {
        if (link.startsWith('https:')) continue;
        const [file = '', anchor] = link.split('#');
        const target = file === '' ? `${ROOT}${path}` : resolve(dirname(`${ROOT}${path}`), file);
        expect({ link, there: existsSync(target) }).toEqual({ link, there: true });
        if (anchor === undefined) continue;
        const anchors = [...readFileSync(target, 'utf8').matchAll(/^#+ (.*)$/gm)].map(([, title = '']) => slug(title));
        expect(anchors).toContain(anchor);
      }
    },
  );
});

interface Call {
  readonly pipe: string;
  readonly variables?: Readonly<Record<string, unknown>>;
}

function findCalls(value: unknown): readonly Call[] {
  if (typeof value !== 'object' || value === null) return [];
  return 'pipe' in value ? [value as Call] : Object.values(value).flatMap(findCalls);
}
