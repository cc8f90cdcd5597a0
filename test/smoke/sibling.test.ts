import { describe, expect, it } from '@jest/globals';
import { findSibling } from '../../src/smoke/sibling.ts';
import type { SmokePlan } from '../../src/smoke/types.ts';
import { guarded, HOST, SIGN_IN, smoke, TOKEN, TOKEN_HEADER, type Page, type Smoked } from './support/site.ts';

const WWW = 'www.example.com';
const SHOP = 'shop.example.com';
const open = (host: string): { host: string; origin: string } => ({ host, origin: `https://${host}` });
const to = (location: string, status = 308): Page => ({ status, headers: { location } });
const GOOD: Page = { status: 200, body: 'Welcome' };

/** One path of a deployment with two further names, each answering so. */
async function ask(
  path: string,
  pages: Readonly<Record<string, Page>>,
  { status = 200, ...plan }: Partial<SmokePlan> & { readonly status?: number } = {},
): Promise<Smoked> {
  const page = ({ url }: { readonly url: string }): Page => pages[new URL(url).host] ?? { status: 421 };
  const { pathname, search } = new URL(path, `https://${HOST}`);
  const siblings = [open(WWW), open(SHOP)];
  return smoke({ [pathname + search]: [page] }, { paths: [{ path, status, text: undefined }], siblings, ...plan });
}
const hosts = ({ sent }: Smoked): readonly string[] => sent.map(({ url }) => new URL(url).host);

describe('a name that only leads to another of the deployment', () => {
  it.each([301, 302, 303, 307, 308])('is not judged, the other one is: %i', async (status) => {
    const smoked = await ask('/a?b=1', { [HOST]: to(`https://${WWW}/a?b=1`, status), [WWW]: GOOD });
    expect(smoked.report).toMatchObject({ ok: true, host: HOST, results: [{ ok: true, status: 200, host: WWW }] });
    expect(hosts(smoked)).toEqual([HOST, WWW]);
  });

  it('fails where the other one does', async () => {
    const { report } = await ask('/', { [HOST]: to(`https://${WWW}/`), [WWW]: { status: 403 } });
    expect(report).toMatchObject({ ok: false, results: [{ status: 403, host: WWW }] });
  });

  it('may lead there by a third, and is judged by where a circle closes', async () => {
    const good = await ask('/', { [HOST]: to(`https://${WWW}/`), [WWW]: to(`https://${SHOP}/`), [SHOP]: GOOD });
    expect(good.report.results).toMatchObject([{ ok: true, host: SHOP }]);
    const circle = await ask('/', { [HOST]: to(`https://${WWW}/`), [WWW]: to(`https://${HOST}/`) });
    expect(circle.report.results).toMatchObject([{ ok: false, status: 308, host: WWW }]);
    expect(hosts(circle)).toEqual([HOST, WWW]);
  });

  it('is as wanted where the redirect itself is', async () => {
    const smoked = await ask('/', { [HOST]: to(`https://${WWW}/`) }, { status: 308 });
    expect(smoked.report.results).toMatchObject([{ ok: true, status: 308, host: HOST }]);
    expect(hosts(smoked)).toEqual([HOST]);
  });

  it('is judged itself where the other one wants a sign-in, and nobody is asked for the token', async () => {
    const { report } = await ask('/', { [HOST]: to(`https://${WWW}/`), [WWW]: SIGN_IN });
    expect(report).toMatchObject({ ok: false, refusal: undefined, results: [{ status: 308, host: HOST }] });
  });

  it('that is protected takes the token nowhere else', async () => {
    const inside = guarded(to(`https://${WWW}/`));
    if (typeof inside !== 'function') throw new Error('a page that is no function');
    const { report, sent } = await smoke(
      { '/': [inside] },
      {
        paths: [{ path: '/', status: 200, text: undefined }],
        ...{ siblings: [open(WWW)], token: () => Promise.resolve(TOKEN) },
      },
    );
    expect(report.results).toMatchObject([{ ok: false, status: 308, host: HOST, tokenShown: true }]);
    const shownTo = sent
      .filter(({ headers }) => headers[TOKEN_HEADER] !== undefined)
      .map(({ url }) => new URL(url).host);
    expect(shownTo).toEqual([HOST]);
    expect(sent.map(({ url }) => new URL(url).host)).toEqual([HOST, HOST]);
  });
});

describe('a redirect that leads elsewhere is an answer like any other', () => {
  it.each([
    ['another host', 'https://other.example/'],
    ['a name below one of its own', `https://a.${WWW}/`],
    ['another page', `https://${WWW}/login`],
    ['the same page with another query', `https://${WWW}/?next=1`],
    ['its own host', `https://${HOST}/`],
    ['its own page', '/'],
    ['a port', `https://${WWW}:8443/`],
    ['no https', `http://${WWW}/`],
    ['a host behind a name of its own', `https://${WWW}@other.example/`],
    ['a host by two slashes', '//other.example/'],
    ['nothing', ''],
    ['no address', 'https://['],
  ])('%s', async (_, location) => {
    const smoked = await ask('/', { [HOST]: to(location), [WWW]: GOOD });
    expect(smoked.report.results).toMatchObject([{ ok: false, status: 308, host: HOST }]);
    expect(hosts(smoked)).toEqual([HOST]);
  });

  it('also where the status is none of a redirect, or no address is given', () => {
    const answer = { kind: 'answer', status: 200, text: '', location: `https://${WWW}/` } as const;
    const siblings = [open(WWW)];
    expect(findSibling(answer, open(HOST), '/', siblings)).toBeUndefined();
    expect(findSibling({ ...answer, status: 308 }, open(HOST), '/', siblings)).toEqual(open(WWW));
    expect(findSibling({ ...answer, status: 308, location: undefined }, open(HOST), '/', siblings)).toBeUndefined();
    expect(findSibling({ kind: 'none', fault: 'x' }, open(HOST), '/', siblings)).toBeUndefined();
  });

  it('where the deployment has no other name', async () => {
    const { report } = await ask('/', { [HOST]: to(`https://${WWW}/`), [WWW]: GOOD }, { siblings: [] });
    expect(report.results).toMatchObject([{ ok: false, status: 308 }]);
  });
});
