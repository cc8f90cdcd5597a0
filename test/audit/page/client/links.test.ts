import { spawnSync } from 'node:child_process';
import { describe, expect, it } from '@jest/globals';
import { commandsOf } from '../../../../src/audit/page/client/commands.ts';
import { commitLink, deploymentLink, safeLink } from '../../../../src/audit/page/client/links.ts';
import { listOf } from '../../../support/audit-encoded.ts';
import { HOSTILE } from '../../../support/audit-hostile.ts';
import { sampleRows } from '../../../support/audit-rows.ts';

describe('links', () => {
  it.each([
    'https://web-abc123-acme.vercel.app',
    'https://vercel.com/acme/web/8Zk2',
    'https://bitbucket.org/acme/web/pipelines/results/12/steps/%7B1-2%7D',
    'https://bitbucket.org/acme/web/pull-requests/7',
  ])('go to %s', (address) => expect(safeLink(address)).toBe(address));

  it.each([
    ...HOSTILE,
    'http://vercel.com/acme',
    'https://vercel.com.evil.example/',
    'https://evil.example/vercel.app',
    'https://evil.example#.vercel.app',
    'https://web.vercel.app.evil.example',
    'https://web.vercel.app@evil.example/',
    'https://bitbucket.org/acme/web?next=https://evil.example',
    'https://bitbucket.org\\@evil.example/',
    ' https://bitbucket.org/acme',
    'https://bitbucket.org/acme\nhttps://evil.example',
    'HTTPS://VERCEL.COM/x',
  ])('do not go to %j', (address) => {
    expect(safeLink(address)).toBeUndefined();
    expect(deploymentLink(address)).toBeUndefined();
    expect(commitLink(address, 'abcdef0')).toBeUndefined();
    expect(commitLink('acme/web', address)).toBeUndefined();
  });

  it('lead from what Vercel and Bitbucket name', () => {
    expect(deploymentLink('web-1-acme.vercel.app')).toBe('https://web-1-acme.vercel.app');
    expect(commitLink('acme/web', 'abcdef0')).toBe('https://bitbucket.org/acme/web/commits/abcdef0');
  });
});

describe('commands', () => {
  it.each([...HOSTILE, '-rf', 'a\'b"c$(id)`id`'])('have the file as one word, whatever its name: %j', async (file) => {
    const [row] = (await listOf(sampleRows(60))).filter(({ record }) => record);
    if (!row?.record || file.includes('\0')) return;
    const [first] = commandsOf({ ...row, record: { ...row.record, file } }, { teamId: 'team_acme' });
    const script = (first?.text ?? '').replace(/ \| sha256sum -c$/, '');
    const { stdout, stderr } = spawnSync('sh', ['-c', script], { encoding: 'utf8' });
    expect(stderr).toBe('');
    expect(stdout).toBe(`${row.record.digest}  ${file.startsWith('-') ? './' : ''}${file.toWellFormed()}\n`);
  });

  it.each([
    {
      name: 'a timestamp',
      row: { assurance: 'timed', timedBy: 'timestamp' },
      words: ['--issuer-keys', 'keys', '--tsa', 'root'],
      more: {},
    },
    {
      name: "Vercel's clock",
      row: { assurance: 'timed', timedBy: 'vercel' },
      words: ['--issuer-keys', 'keys'],
      more: {},
    },
    {
      name: 'a key, in a trial',
      row: { assurance: 'managed-key' },
      words: ['--keys', 'keys', '--allow-sandbox'],
      more: { allowSandbox: true },
    },
  ] as const)('check a record with what it has, and with files that the reader names: $name', async (known) => {
    const [row] = (await listOf(sampleRows(60))).filter(({ record }) => record);
    if (!row?.record) throw new Error('no row');
    const { digest, recordId, action, pipeVersion, startedAt } = row.record;
    const record = { digest, recordId, action, pipeVersion, startedAt, ...known.row, file: 'a b.json' };
    const [, command] = commandsOf({ ...row, record }, { teamId: 'team_acme', ...known.more });
    const script = (command?.text ?? '').replace('vercel-oidc-deploy', "printf '%s\\n'");
    const run = (env: Record<string, string>) => spawnSync('sh', ['-c', script], { encoding: 'utf8', env });
    expect(run({ KEYS: 'keys', TSA: 'root' }).stdout.trimEnd().split('\n')).toEqual([
      ...['verify', ...known.words, 'a b.json'],
    ]);
    expect(run({ TSA: 'root' }).stderr).toMatch(/KEYS: path of (?:issuer-keys\.json|your list of keys)/);
    expect(command?.note).toMatch(/^Set KEYS to /);
  });

  it('ask the servers only for ids that are ids', async () => {
    const [row] = (await listOf(sampleRows(60))).filter(({ deployment, build }) => deployment && build);
    if (!row?.deployment || !row.build) throw new Error('no row');
    const texts = (change: object, teamId = 'team_acme'): string =>
      commandsOf({ ...row, ...change }, { teamId })
        .map(({ text }) => text)
        .join('\n');
    expect(texts({})).toMatch(
      /api\.vercel\.com\/v13\/deployments\/dpl_[^]*api\.bitbucket\.org\/2\.0\/repositories\/acme/,
    );
    const bad = {
      deployment: { ...row.deployment, id: "dpl_x'; id #" },
      build: { ...row.build, repository: "a/b'; id" },
    };
    expect(texts(bad)).not.toMatch(/api\./);
    expect(texts({}, "x'; id")).not.toMatch(/api\.vercel/);
  });
});
