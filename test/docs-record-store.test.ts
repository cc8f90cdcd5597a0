import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import { renderPolicy } from '../src/boundary/index.ts';
import { parsePolicy } from '../src/policy/index.ts';
import { parseVariables } from '../src/variables/index.ts';
import { VERSION } from '../src/version.ts';
import { ROOT } from '../tools/root.ts';
import { byRole, type S3Choice } from './store/support/s3.ts';
import { NAME, NEVER, RECORD, storesOf } from './store/support/stores.ts';
import { listBlocks as blocksOf } from './support/page-text.ts';
import { blockWith } from './support/record-page.ts';

interface Permissions {
  readonly Statement: readonly {
    readonly Effect: string;
    readonly Action: string | readonly string[];
    readonly Resource: string;
    readonly Condition?: unknown;
  }[];
}

const [variables = ''] = blocksOf(readFileSync(`${ROOT}docs/record.md`, 'utf8')).filter((block) =>
  block.startsWith('RECORD_STORE: '),
);
const readme = readFileSync(`${ROOT}README.md`, 'utf8');

describe('the page on a home that lasts', () => {
  it("shows the trust policy that policy render writes for the README's grant", () => {
    const text = blocksOf(readme).find((block) => block.startsWith('version: ')) ?? '';
    const policy = parsePolicy(new TextEncoder().encode(text), VERSION);
    const { roles } = JSON.parse(renderPolicy(policy, 'aws', { account: '123456789012' })) as {
      roles: { grant: string; trustPolicy: unknown }[];
    };
    const written = roles.find(({ grant }) => grant === 'web-production')?.trustPolicy;
    expect(JSON.parse(blockWith('json', 'AssumeRoleWithWebIdentity'))).toEqual(written);
    const audience = /--client-id-list (\S+)/.exec(blockWith('text', 'create-open-id-connect-provider'))?.[1];
    expect(policy.audience).toBe(audience);
  });

  it('gives the role what its session asks for, and nothing else', async () => {
    const choice = readChoice();
    const buckets = [{ name: choice.bucket, region: choice.region }];
    const { sandbox, store } = await byRole({ roles: [{ name: 'deploy-records' }], buckets }, choice);
    await store.put(NAME, RECORD, NEVER);
    const session = storesOf(sandbox).aws.credentials.at(-1)?.policy ?? [];
    // A key of KMS is not every bucket's, and the page says so beside it.
    const wanted = session.filter(({ actions }) => actions.every((action) => action.startsWith('s3:')));
    const { Statement } = JSON.parse(blockWith('json', '"s3:ListBucket"')) as Permissions;
    expect(Statement.map(({ Action, Resource }) => ({ actions: [Action].flat(), resources: [Resource] }))).toEqual(
      wanted.map(({ actions, resources }) => ({ actions, resources })),
    );
    expect(session.flatMap(({ actions }) => actions)).toHaveLength(5);
  });

  it('denies in the bucket what the pipe never asks for: to write without the condition that it sends, and to delete', () => {
    expect(readFileSync(`${ROOT}src/store/s3.ts`, 'utf8')).toContain("'if-none-match': '*'");
    const { Statement } = JSON.parse(blockWith('json', 's3:if-none-match')) as Permissions;
    expect(Statement.map(({ Effect, Action }) => [Effect, Action])).toEqual([
      ['Deny', 's3:PutObject'],
      ['Deny', ['s3:DeleteObject', 's3:DeleteObjectVersion']],
    ]);
    expect(Statement[0]?.Condition).toEqual({ Null: { 's3:if-none-match': 'true' } });
  });
});

/** As the step's variables say it. */
function readChoice(): S3Choice {
  const given = parse(variables) as Record<string, string>;
  const usual = { VERCEL_TEAM_ID: 'team_abc', VERCEL_PROJECT_ID: 'prj_abc', TARGET: 'production' };
  const { store } = parseVariables({ ...usual, ...given, BITBUCKET_CLONE_DIR: '/clone' }, '/clone');
  if (store?.kind !== 's3') throw new Error('the page names no bucket');
  return store;
}
