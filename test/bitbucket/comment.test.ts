import { describe, expect, it } from '@jest/globals';
import { keepComment, type Announcement } from '../../src/bitbucket/index.ts';
import { announcement, bench, NEVER, type Bench } from './support/bench.ts';

const MARK = '[//]: # (vercel-oidc-deploy-0123456789abcdef0123)';

async function open(token?: Parameters<typeof bench>[0]): Promise<Bench> {
  const made = await bench(token);
  made.sandbox.bitbucket.plantPullRequest({ id: 7, state: 'OPEN' });
  return made;
}

const keep = ({ place, deps }: Bench, changes: Partial<Announcement> = {}): ReturnType<typeof keepComment> =>
  keepComment({ ...place, pullRequest: '7' }, announcement(changes), deps, NEVER);
const asked = ({ sandbox }: Bench): string[] =>
  sandbox.journal.map(({ method, query }) => `${method} ${/[?&](page=\d+)/.exec(query)?.[1] ?? ''}`.trim());

describe('the comment on a pull request', () => {
  it('says what is where', async () => {
    const made = await open();
    expect(await keep(made)).toEqual({ done: true });
    expect(made.sandbox.bitbucket.comments.map(({ raw }) => raw)).toEqual([
      [
        '`Vercel: web, preview`: **done**',
        '',
        '- Result: `Deployed and live after 9.3 s.`',
        '- URL: [web-8fad34bbb-acme.vercel.app](https://web-8fad34bbb-acme.vercel.app)',
        '- Inspector: [vercel.com/acme/web/kzMF](https://vercel.com/acme/web/kzMF)',
        '- Commit: `6f1d2c3b4a59`',
        `- Record: \`sha256 ${'ab'.repeat(32)}\``,
        '- Pipeline: [bitbucket.org/acme/web/pipelines/results/42](https://bitbucket.org/acme/web/pipelines/results/42)',
        '',
        MARK,
        '',
      ].join('\n'),
    ]);
  });

  it('is replaced, not repeated; that of another target is another one', async () => {
    const made = await open();
    await keep(made);
    await keep(made, { key: 'vercel-oidc-deploy-other' });
    await keep(made, { state: 'failed' });
    expect(made.sandbox.bitbucket.comments).toMatchObject([
      { edits: 1, raw: expect.stringContaining('**FAILED**') },
      { edits: 0, raw: expect.stringContaining('**done**') },
    ]);
  });

  it('is found behind many others, and not looked for without end', async () => {
    const made = await open();
    await keep(made);
    for (let i = 0; i < 250; i += 1) made.sandbox.bitbucket.plantComment({ pullRequest: 7, raw: 'Looks good' });
    await keep(made);
    expect(made.sandbox.bitbucket.comments.filter(({ raw }) => raw.includes(MARK))).toMatchObject([{ edits: 1 }]);
    for (let i = 0; i < 600; i += 1) made.sandbox.bitbucket.plantComment({ pullRequest: 7, raw: 'Looks good' });
    const before = made.sandbox.journal.length;
    await keep(made);
    expect(asked(made).slice(before)).toEqual([
      'GET page=1',
      'GET page=2',
      'GET page=3',
      'GET page=4',
      'GET page=5',
      'POST',
    ]);
  });

  it('is not taken for one that somebody else has marked, and written once all the same', async () => {
    const made = await open();
    const { bitbucket } = made.sandbox;
    for (let i = 0; i < 2; i += 1) bitbucket.plantComment({ pullRequest: 7, raw: `Mine\n\n${MARK}` });
    bitbucket.plantComment({ pullRequest: 7, raw: `I quote ${MARK} here` });
    bitbucket.plantComment({ pullRequest: 7, raw: MARK, account: 'access', deleted: true });
    expect([await keep(made), await keep(made)]).toEqual([{ done: true }, { done: true }]);
    // The quotation is none of ours: its mark does not stand at the end.
    expect(asked(made)).toEqual(['GET page=1', 'PUT', 'PUT', 'POST', 'GET page=1', 'PUT']);
    expect(bitbucket.comments.map(({ account, edits }) => [account, edits])).toEqual([
      ...[
        ['ada', 0],
        ['ada', 0],
        ['ada', 0],
        ['access', 0],
      ],
      ['access', 1],
    ]);
  });

  it('reads no word of others as Markdown', async () => {
    const made = await open();
    const hostile = '`](https://evil.example) **bold** <img src=x> @{557058:0a1b}\n# Title\n![x](y) | \\` \u202e';
    await keep(made, {
      title: hostile,
      summary: hostile,
      url: 'https://x/](https://evil.example)',
      inspectorUrl: '@all',
    });
    const [raw = ''] = made.sandbox.bitbucket.comments.map((comment) => comment.raw);
    const outside = raw.replace(/`[^`\n]*`/g, '');
    expect(raw).toContain('<img');
    expect(outside).not.toMatch(/evil|img|@|bold|\u202e|^#/m);
    expect(outside.match(/^- \w+: $/gm)).toHaveLength(5);
  });

  it.each([
    {
      token: 'weakAccessToken' as const,
      text: /took no comment: status 403 .*wanted scope read:pullrequest:bitbucket/,
    },
    { token: 'foreignAccessToken' as const, text: /status 404/ },
  ])('is not written with $token', async ({ token, text }) => {
    const made = await open(token);
    expect(await keep(made)).toEqual({ refusal: expect.stringMatching(text) });
    expect(made.sandbox.bitbucket.comments).toEqual([]);
  });

  it.each([
    { name: 'garbage', body: '<html>' },
    { name: 'no list', body: { values: { 0: 'x' } } },
  ])('is not repeated where Bitbucket lists $name', async ({ body }) => {
    const made = await open();
    made.sandbox.misbehave({ match: { method: 'GET' }, action: { kind: 'status', status: 200, body } });
    expect(await keep(made)).toEqual({ refusal: expect.stringContaining('told of no comments') });
    expect(asked(made)).toEqual(['GET page=1']);
  });

  it('is not written twice where the answer is lost', async () => {
    const made = await open();
    made.sandbox.misbehave({ match: { method: 'POST' }, action: { kind: 'after-then-reset' }, times: 9 });
    expect(await keep(made)).toEqual({ refusal: expect.stringContaining('ECONNRESET') });
    expect(made.sandbox.bitbucket.comments).toHaveLength(1);
  });
});
