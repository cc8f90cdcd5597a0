import { createHash } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import type { Row, Summary } from '../../../src/audit/types.ts';
import { hostileRows } from '../../support/audit-hostile.ts';
import { renderPage, wordsOf } from '../../support/audit-page.ts';
import { sampleRows } from '../../support/audit-rows.ts';
import { sampleSummary } from '../../support/audit-summary.ts';

async function render(summary: Summary, rows: AsyncIterable<Row>): Promise<string> {
  let text = '';
  for await (const part of renderPage(summary, rows)) text += part;
  return text;
}

const summary = await sampleSummary(sampleRows(100));
const page = await render(summary, sampleRows(100));
describe('the page', () => {
  it('is small without its rows', () => {
    const bare = page.replace(/<script type="application\/json"[^]*?<\/script>/g, '');
    expect(bare.length).toBeLessThan(80_000);
    expect(bare.length).toBeGreaterThan(20_000);
  });

  it('allows its own style and program alone, by their digests', () => {
    const rules = /http-equiv="Content-Security-Policy" content="([^"]*)"/.exec(page)?.[1] ?? '';
    const digest = (text = ''): string => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
    expect(rules).toContain("default-src 'none'");
    expect(rules).toContain(`style-src ${digest(/<style>([^]*?)<\/style>/.exec(page)?.[1])}`);
    expect(rules).toContain(`script-src ${digest(/<script>([^]*?)<\/script>/.exec(page)?.[1])}`);
    expect(rules).not.toContain('unsafe');
    expect(page.match(/<script>/g)).toHaveLength(1);
    expect(page.match(/ style="| on[a-z]+="|src=/g)).toBeNull();
  });

  it('answers the five questions in words', () => {
    const words = wordsOf(page);
    for (const question of [
      'Which production changes happened?',
      'Who made each?',
      'From which build?',
      'Under which policy?',
      'Is the list complete?',
    ]) {
      expect(words).toContain(question);
    }
    const { seen } = summary.counts.deployment;
    expect(words).toContain(
      `${String(seen)} deployments seen = ${String(seen)} in the classes. This page holds each of them.`,
    );
    expect(words).toMatch(/Is the list complete\? No/);
    expect(words).toContain('Not all could be read: pipelines.');
    expect(words).toContain('1 removed');
    expect(words).toMatch(/Recovery proxy nothing to measure/);
    expect(words).toContain('in 5 days');
    expect(words).toContain('Signing key (SIGNING_KEY)');
  });

  it('does not hide that rows are missing, or that counts do not add up', async () => {
    const short = wordsOf(await render(summary, sampleRows(99)));
    expect(short).toMatch(/Is the list complete\? No/);
    expect(short).toContain(`This page holds ${String(summary.counts.deployment.seen - 1)}.`);
    const { deployment } = summary.counts;
    const wrong = {
      ...summary,
      counts: { ...summary.counts, deployment: { ...deployment, seen: deployment.seen + 1 } },
    };
    expect(wordsOf(await render(wrong, sampleRows(100)))).toContain('Not the same: do not rely on this audit.');
  });

  it('says yes where all is whole', async () => {
    const whole = { ...summary, populations: summary.populations.map((one) => ({ ...one, missing: [] })) };
    expect(wordsOf(await render(whole, sampleRows(100)))).toMatch(/Is the list complete\? Yes/);
  });

  it('lets no text of a row become markup', async () => {
    const hostile = await render(await sampleSummary(hostileRows()), hostileRows());
    const data = [...hostile.matchAll(/<script type="application\/json" class="\w+">([^]*?)<\/script>\n/g)];
    expect(data).toHaveLength(2);
    for (const [, text = ''] of data) expect(text).not.toContain('<');
    expect(hostile.match(/<script/g)).toHaveLength(3);
    expect(hostile).not.toMatch(/<img|<svg|\u202e/);
    expect(hostile).toContain('&lt;img src=x onerror=alert(2)&gt;');
  });
});

it('is not told as explained what --fail-on let pass', async () => {
  const words = wordsOf(await render({ ...summary, status: 0 }, sampleRows(100)));
  expect(words).toContain(
    'Not every change is explained; no class of the open ones was to fail this audit (--fail-on).',
  );
  expect(words).not.toContain('Every change is explained');
});

it('links to people and repositories by the names that its list has, whatever is in them', async () => {
  const odd = async function* (): AsyncGenerator<Row> {
    for await (const row of sampleRows(100)) {
      if (row.build)
        yield { ...row, production: true, person: 'A\u202eda \ud800', build: { ...row.build, repository: '\ud800' } };
    }
  };
  const text = await render(await sampleSummary(odd()), odd());
  expect(text).toContain(`person=${encodeURIComponent('A[U+202E]da \ufffd')}"`);
  expect(text).toContain('q=%EF%BF%BD"');
});
