import { describe, expect, it } from '@jest/globals';
import { PipeError } from '../../src/errors.ts';
import type { SmokePath } from '../../src/variables/types.ts';
import { guarded, HOST, SIGN_IN, smoke, TOKEN, TOKEN_HEADER } from './support/site.ts';

const wants = (path: string, status: number, text?: string): SmokePath => ({ path, status, text });
const first = <T>(list: readonly T[]): T => {
  const [item] = list;
  if (item === undefined) throw new Error('none');
  return item;
};

describe('a deployment that answers', () => {
  it('passes where status and text are as wanted, each path asked once and without any token', async () => {
    const { report, sent } = await smoke(
      { '/': [{ status: 200, body: 'Hello, Welcome!' }], '/api?x=1': [{ status: 401 }] },
      { paths: [wants('/', 200, 'Welcome'), wants('/api?x=1', 401)] },
    );
    expect(report).toMatchObject({ ok: true, host: HOST, refusal: undefined });
    expect(report.results).toMatchObject([
      { path: '/', ok: true, status: 200, textFound: true, tokenShown: false, attempts: 1 },
      { path: '/api?x=1', ok: true, status: 401, textFound: undefined, attempts: 1 },
    ]);
    expect(sent.map(({ url }) => url).sort()).toEqual([`https://${HOST}/`, `https://${HOST}/api?x=1`]);
    for (const { headers } of sent) {
      expect(Object.keys(headers).sort()).toEqual(['accept', 'user-agent']);
    }
  });

  it('passes for a redirect that is wanted, and follows none', async () => {
    const { report, sent } = await smoke(
      { '/old': [{ status: 308, headers: { location: 'https://other.example/' } }] },
      { paths: [wants('/old', 308)] },
    );
    expect(report.ok).toBe(true);
    expect(sent).toHaveLength(1);
  });

  it.each([
    { name: 'another status', page: { status: 301 }, found: undefined },
    { name: 'a client error that no waiting mends', page: { status: 403 }, found: undefined },
  ])('fails at once for $name', async ({ page }) => {
    const { report, clock } = await smoke({ '/': [page] }, { paths: [wants('/', 200)] });
    expect(first(report.results)).toMatchObject({ ok: false, status: page.status, attempts: 1 });
    expect(clock.slept).toEqual([]);
  });

  it('fails at once where the text is not there', async () => {
    const { report, clock } = await smoke(
      { '/': [{ status: 200, body: 'Goodbye' }] },
      { paths: [wants('/', 200, 'Welcome')] },
    );
    expect(first(report.results)).toMatchObject({ ok: false, status: 200, textFound: false, attempts: 1 });
    expect(clock.slept).toEqual([]);
  });

  it('looks for the text in the first 256 KiB, and reads no more', async () => {
    const filler = 'x'.repeat(256 * 1024 - 7);
    const { report } = await smoke(
      {
        '/inside': [{ status: 200, body: `${filler}Welcome${'y'.repeat(1024 * 1024)}` }],
        '/beyond': [{ status: 200, body: `${filler}.Welcome` }],
      },
      { paths: [wants('/inside', 200, 'Welcome'), wants('/beyond', 200, 'Welcome')] },
    );
    expect(report.results.map(({ ok, textFound }) => [ok, textFound])).toEqual([
      [true, true],
      [false, false],
    ]);
  });
});

describe('a deployment that is warming up', () => {
  it.each([404, 408, 425, 429, 500, 503])('is asked again after %s', async (status) => {
    const { report, clock } = await smoke(
      { '/': [{ status }, { status }, { status: 200 }] },
      { paths: [wants('/', 200)] },
    );
    expect(first(report.results)).toMatchObject({ ok: true, status: 200, attempts: 3 });
    expect(clock.slept).toEqual([1000, 2000]);
  });

  it('is asked again where no answer came', async () => {
    const { report } = await smoke({ '/': ['reset', { status: 200 }] }, { paths: [wants('/', 200)] });
    expect(first(report.results)).toMatchObject({ ok: true, attempts: 2 });
  });

  it('is given up after a minute, and what came last is told', async () => {
    const { report, clock } = await smoke({ '/': [{ status: 503 }, 'reset'] }, { paths: [wants('/', 200)] });
    expect(first(report.results)).toMatchObject({ ok: false, status: undefined, fault: 'no answer (ECONNRESET)' });
    expect(clock.slept).toEqual([1000, 2000, 4000, 8000, 8000, 8000, 8000, 8000, 8000]);
  });

  it('is not asked again for a status that is wanted', async () => {
    const { report } = await smoke({ '/gone': [{ status: 404 }] }, { paths: [wants('/gone', 404)] });
    expect(first(report.results)).toMatchObject({ ok: true, attempts: 1 });
  });
});

it('asks an address that moves again, whatever it answers', async () => {
  const old = { status: 200, body: 'old' };
  const { report } = await smoke(
    { '/': [old, { status: 302 }, { status: 200, body: 'new' }] },
    { paths: [wants('/', 200, 'new')], patience: 'moving' },
  );
  expect(first(report.results)).toMatchObject({ ok: true, attempts: 3 });
});

it('asks for all paths at once', async () => {
  const waiting: SmokePath[] = ['/a', '/b', '/c'].map((path) => wants(path, 200));
  const asked = new Set<string>();
  const page = ({ url }: { readonly url: string }): { status: number } => {
    asked.add(url);
    return { status: asked.size === waiting.length ? 200 : 503 };
  };
  const { report } = await smoke({ '/a': [page], '/b': [page], '/c': [page] }, { paths: waiting });
  expect(report.results.map(({ attempts }) => attempts)).toEqual([2, 2, 1]);
});

it.each(['//other.example/x', '/\\other.example/x', '/@other.example', '/..//other.example'])(
  'asks no other host for the path %s',
  async (path) => {
    const { pathname } = new URL(`https://${HOST}${path}`);
    const { sent } = await smoke({ [pathname]: [{ status: 200 }] }, { paths: [wants(path, 200)] });
    expect(new URL(first(sent).url).host).toBe(HOST);
  },
);

it('ends with the reason of a stop', async () => {
  const stop = new AbortController();
  const reason = new PipeError({ code: 'TERMINATED', message: 'stopped' });
  const stopping = (): { status: number } => {
    stop.abort(reason);
    return { status: 503 };
  };
  await expect(smoke({ '/': [stopping] }, { paths: [wants('/', 200)] }, stop.signal)).rejects.toBe(reason);
});

describe('a deployment that is protected', () => {
  it('is asked without the token first, then with it, and only once for the token', async () => {
    let asked = 0;
    const { report, sent, log } = await smoke(
      { '/a': [guarded({ status: 200, body: 'in' })], '/b': [guarded({ status: 404 })] },
      {
        paths: [wants('/a', 200, 'in'), wants('/b', 404)],
        token: () => {
          asked += 1;
          return Promise.resolve(TOKEN);
        },
      },
    );
    expect(report).toMatchObject({ ok: true, refusal: undefined });
    expect(report.results).toMatchObject([{ tokenShown: true }, { tokenShown: true }]);
    expect(asked).toBe(1);
    for (const path of ['/a', '/b']) {
      const shown = sent
        .filter(({ url }) => url === `https://${HOST}${path}`)
        .map(({ headers }) => headers[TOKEN_HEADER]);
      expect(shown).toEqual([undefined, TOKEN.reveal()]);
    }
    expect(JSON.stringify([report, log.lines])).not.toContain(TOKEN.reveal());
  });

  it('is warmed up with the token', async () => {
    let turn = 0;
    const waking = guarded({ status: 200 });
    const { report } = await smoke(
      { '/': [(request) => (typeof waking === 'function' && (turn += 1) !== 2 ? waking(request) : { status: 503 })] },
      { paths: [wants('/', 200)], token: () => Promise.resolve(TOKEN) },
    );
    expect(first(report.results)).toMatchObject({ ok: true, attempts: 2, tokenShown: true });
  });

  it('fails with the reason where the token is not to be had, and never counts as an answer', async () => {
    const reason = new PipeError({ code: 'SMOKE_PROTECTED', message: 'not shown' });
    const { report, sent } = await smoke(
      { '/': [SIGN_IN] },
      { paths: [wants('/', 302)], token: () => Promise.reject(reason) },
    );
    expect(report).toMatchObject({ ok: false, refusal: reason });
    expect(first(report.results)).toMatchObject({ ok: false, protected: true, tokenShown: false, attempts: 1 });
    expect(sent).toHaveLength(1);
  });

  it('tells which Trusted Source is missing where the token is not accepted', async () => {
    const { report, sent } = await smoke(
      { '/': [SIGN_IN] },
      { paths: [wants('/', 302)], token: () => Promise.resolve(TOKEN) },
    );
    expect(report.refusal?.code).toBe('SMOKE_PROTECTED');
    expect(report.refusal?.describe()).toMatch(/Trusted Sources, add .*aud: urn:vercel-oidc-deploy:smoke/s);
    expect(sent).toHaveLength(2);
  });
});
