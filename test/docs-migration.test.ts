import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import { parseExceptions } from '../src/audit/index.ts';
import { parsePolicy } from '../src/policy/index.ts';
import { parseVariables, type Config } from '../src/variables/index.ts';
import { VARIABLES } from '../src/variables/table.ts';
import { VERSION } from '../src/version.ts';
import { ROOT } from '../tools/bundle.ts';
import { policyText } from '../tools/demo-clone.ts';
import { listBlocks, listRows } from './support/page-text.ts';

const read = (file: string): string => readFileSync(`${ROOT}${file}`, 'utf8');
const page = read('docs/migration.md');
const AUDIENCE = 'https://vercel.com/api/login/oauth/token';
/** What Bitbucket puts in place of its own variables, and a person of theirs. */
const FILLED: Readonly<Record<string, string>> = {
  $BITBUCKET_BUILD_NUMBER: '7',
  $WHICH: 'dpl_abc',
  $VERCEL_TOKEN: 'vcp_stored',
  $BITBUCKET_ACCESS_TOKEN: 'token-of-the-repository',
};

interface PipeCall {
  readonly pipe: string;
  readonly variables: Readonly<Record<string, string | readonly string[]>>;
}

interface Step {
  readonly oidc?: unknown;
  readonly script: readonly (string | PipeCall)[];
}

const blocksOf = (kind: string): readonly string[] => listBlocks(page).filter((text) => text.startsWith(`# ${kind}\n`));
const before = blocksOf('before');
const after = blocksOf('after');

describe('the page on migration', () => {
  it('has YAML of these kinds, and no other', () => {
    const others = ['in a grant', 'exceptions.yml'].flatMap(blocksOf);
    expect(others).toHaveLength(2);
    expect(listBlocks(page)).toHaveLength(before.length + after.length + others.length);
    expect([before.length, after.length]).toEqual([7, 8]);
  });

  it('shows lines of today that use the stored token, and no identity', () => {
    for (const text of before) {
      const lines = findSteps(parse(text)).flatMap(({ script }) => script);
      expect(lines).toContainEqual(expect.stringMatching(/npx vercel .*--token=\$VERCEL_TOKEN/));
      expect(text).not.toMatch(/oidc|pipe:/);
    }
  });

  it.each(after.map((text) => [text.split('\n', 3)[2]?.trim() ?? '', text]))(
    'shows lines for tomorrow that the pipe takes: %s',
    (_, text) => {
      const steps = findSteps(parse(text));
      const calls = steps.flatMap(({ script }) => script.filter((line) => typeof line !== 'string'));
      expect(calls.length).toBeGreaterThan(0);
      for (const { script, oidc } of steps) {
        const pipes = script.filter((line) => typeof line !== 'string').length;
        // What runs beside the pipe could use its identity.
        expect([script.length, pipes, oidc]).toEqual(
          pipes > 0 ? [1, 1, { audiences: [AUDIENCE] }] : [script.length, 0, undefined],
        );
      }
      for (const call of calls) {
        expect(call.pipe).toMatch(new RegExp(`/vercel-oidc-deploy:${VERSION.replaceAll('.', String.raw`\.`)}$`));
        expect(configOf(call)).toMatchObject({ teamId: 'team_abc', projectId: 'prj_abc' });
        expect(call.variables['VERCEL_TOKEN'] !== undefined).toBe(call.variables['EXCHANGE'] === 'static');
      }
    },
  );

  it('says with its variables what the options said', () => {
    const other = after.find((text) => text.includes('TARGET: staging')) ?? '';
    const [step] = findSteps(parse(other));
    expect(configOf(step?.script[0] as PipeCall)).toMatchObject({
      target: { kind: 'custom', slug: 'staging' },
      meta: { team: 'web', ticket: 'WEB-42' },
      deploy: { regions: ['iad1', 'fra1'], upload: 'archive', force: true },
    });
  });

  it('maps to variables that are there', () => {
    const rows = [
      ...listRows(page, '`vercel`').map(([, to]) => to),
      ...listRows(page, '`amondnet/vercel-action`').map((cells) => cells.at(-1)),
    ];
    expect(rows.length).toBeGreaterThan(30);
    const named = rows.flatMap((cell = '') => [...cell.matchAll(/`([A-Z][A-Z_]+)/g)].map(([, name = '']) => name));
    expect(named.length).toBeGreaterThan(25);
    // The one that is no variable but an output.
    expect(named.filter((name) => !VARIABLES.has(name) && name !== 'VERCEL_URL')).toEqual([]);
  });

  it('shows a requirement and an exception that are taken', () => {
    const [requirement = ''] = blocksOf('in a grant');
    const issuer = { url: 'https://api.bitbucket.org/2.0/workspaces/acme/pipelines-config/identity/oidc', step: STEP };
    const text = `${policyText(issuer as unknown as Parameters<typeof policyText>[0])}    ${requirement.split('\n')[1] ?? ''}\n`;
    expect(parsePolicy(new TextEncoder().encode(text), VERSION).grants[0]?.require).toEqual({ noStatic: true });
    const [exceptions = ''] = blocksOf('exceptions.yml');
    expect(parseExceptions(new TextEncoder().encode(exceptions)).items).toMatchObject([
      { id: 'web-still-by-cli', covers: { classes: ['UNEXPLAINED'], sources: ['cli'] } },
    ]);
  });

  it('quotes the audit', () => {
    const [, title = ''] = /The audit's list _([^_]+)_/.exec(page) ?? [];
    expect(read('src/audit/page/inventory.ts')).toContain(`'${title}'`);
    expect(read('schemas/audit.schema.json')).toContain('"statics"');
  });
});

const UUID = '{11111111-1111-4111-8111-111111111111}';
const STEP = { workspaceUuid: UUID, repositoryUuid: UUID, environment: { uuid: UUID } };

function findSteps(value: unknown): readonly Step[] {
  if (typeof value !== 'object' || value === null) return [];
  return 'script' in value ? [value as Step] : Object.values(value).flatMap(findSteps);
}

/** As Bitbucket hands the variables over. */
function configOf({ variables }: PipeCall): Config {
  const pairs = Object.entries(variables).flatMap(([name, value]): [string, string][] =>
    typeof value === 'string'
      ? [[name, value.replace(/\$[A-Z_]+/g, (found) => FILLED[found] ?? found)]]
      : [
          [`${name}_COUNT`, String(value.length)],
          ...value.map((item, at): [string, string] => [`${name}_${String(at)}`, item]),
        ],
  );
  return parseVariables({ ...Object.fromEntries(pairs), BITBUCKET_CLONE_DIR: '/clone' }, '/clone');
}
