import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { Page } from 'playwright-core';
import { sampleRows } from '../support/audit-rows.ts';
import { sampleSummary } from '../support/audit-summary.ts';
import { openPages, type Opened, type Pages } from './open-page.ts';

const ROWS = 5000;

let pages: Pages;
let file: string;
let opened: Opened | undefined;

beforeAll(async () => {
  pages = await openPages();
  file = await pages.write('audit.html', await sampleSummary(sampleRows(ROWS)), sampleRows(ROWS));
});
afterAll(() => pages.close());
afterEach(async () => {
  const faults = opened?.faults;
  await opened?.page.context().close();
  opened = undefined;
  expect(faults ?? []).toEqual([]);
});

async function open(hash = ''): Promise<Page> {
  opened = await pages.open(file, hash);
  return opened.page;
}

const count = (page: Page): Promise<string> => page.locator('#count').innerText();
const focused = (page: Page): Promise<string | undefined> =>
  page.evaluate(() => (document.activeElement as HTMLElement | null)?.dataset['key']);

describe('the list', () => {
  it('has every row, fifty to a page, and says so', async () => {
    const page = await open();
    expect(await count(page)).toBe('5,000 rows; here 1 to 50.');
    expect(await page.locator('#rows tbody tr').count()).toBe(50);
    await page.getByRole('button', { name: 'Last' }).click();
    expect(await count(page)).toBe('5,000 rows; here 4,951 to 5,000.');
    expect(new URL(page.url()).hash).toBe('#page=100');
    const { paint, ready } = await page.evaluate(() => ({
      paint: performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? 0,
      ready: performance.getEntriesByType('navigation')[0]?.duration ?? 0,
    }));
    process.stdout.write(
      `${String(ROWS)} rows: first paint after ${paint.toFixed(0)} ms, all there after ${ready.toFixed(0)} ms\n`,
    );
    expect(paint).toBeGreaterThan(0);
  });

  it('is narrowed by class, person, target, text and production, each together with the others', async () => {
    const page = await open();
    await page.getByLabel(/^\W*Mismatch/).check();
    await expectCount(page, /^\d+ of 5,000 rows\.$/);
    const classes = await page.locator('#rows .c-class').allInnerTexts();
    expect(new Set(classes.map((text) => text.replace(/\W+/g, '')))).toEqual(new Set(['Mismatch']));
    await page.getByLabel('Person').selectOption('Ada Obi');
    await page.getByLabel('Production only').check();
    await page.waitForURL(/#class=MISMATCH&person=Ada\+Obi&production=1$/);
    await expectCount(page, /^\d of 5,000 rows|nothing fits/);

    await page.getByRole('button', { name: 'Show everything' }).click();
    await expectCount(page, /^5,000 rows;/);
    expect(new URL(page.url()).hash).toBe('');
    await page.getByLabel('Text').fill('zebra step that had ended');
    await expectCount(page, /nothing fits/);
    await page.getByLabel('Text').fill('step That had ended 14 minutes');
    await expectCount(page, /^\d+ of 5,000 rows\.$/);
    await page.getByLabel('Project').selectOption('prj_docs');
    await page.getByLabel('Target').selectOption('preview');
    await page.waitForURL(/#project=prj_docs&target=preview&q=step\+That/);
    expect(new Set(await page.locator('#rows .c-project').allInnerTexts())).toEqual(new Set(['docs']));
  });

  it('is restored from an address, and follows the links of the figures', async () => {
    const page = await open(
      '#class=UNVERIFIABLE,FORGED_LINK&sort=oldest&from=2026-11-01T00:00:00&to=2026-11-20T00:00:00',
    );
    expect(await page.getByLabel(/^\W*Forged link/).isChecked()).toBe(true);
    expect(await page.getByLabel('Order').inputValue()).toBe('oldest');
    expect(await page.getByLabel('From (UTC)').inputValue()).toMatch(/^2026-11-01T00:00/);
    const times = await page.locator('#rows .c-time').allInnerTexts();
    expect(times.length).toBeGreaterThan(1);
    expect(times).toEqual([...times].sort());
    await page.getByRole('link', { name: 'Show open ones' }).click();
    await expectCount(page, /^\d+ of 5,000 rows/);
    expect(await page.getByLabel(/^\W*Unexplained/).isChecked()).toBe(true);
    expect(await page.getByLabel('Production only').isChecked()).toBe(true);
    expect(await page.evaluate(() => document.activeElement?.id)).toBe('rows-title');
  });
});

describe('the evidence', () => {
  it('opens by mouse anywhere on the row, and closes with the focus back', async () => {
    const page = await open('#class=FORGED_LINK');
    await page.locator('#rows tbody tr').first().locator('.c-time').click();
    const dialog = page.getByRole('dialog', { name: /Forged link/ });
    expect(await dialog.getByText('Its meta names a step that had ended').count()).toBe(1);
    expect(await dialog.locator('.checks li').count()).toBe(10);
    expect(new URL(page.url()).hash).toMatch(/^#class=FORGED_LINK&row=deployment:dpl_[0-9a-f]+$/);
    await dialog.getByRole('button', { name: 'Close' }).click();
    expect(await page.getByRole('dialog').count()).toBe(0);
    expect(await focused(page)).toMatch(/^deployment:dpl_/);
    expect(new URL(page.url()).hash).toBe('#class=FORGED_LINK');
  });

  it('opens by keyboard, and Escape goes back to where it was', async () => {
    const page = await open();
    await page.locator('#rows .open').nth(3).focus();
    const key = await focused(page);
    await page.keyboard.press('Enter');
    await page.getByRole('dialog').waitFor();
    expect(await page.evaluate(() => document.activeElement?.id)).toBe('evidence-title');
    await page.keyboard.press('Escape');
    expect(await page.getByRole('dialog').count()).toBe(0);
    expect(await focused(page)).toBe(key);
  });

  it('is a word of its own where no row is what an address names, whatever stands there', async () => {
    const page = await open(
      `#row=${encodeURIComponent(`deployment:\u202e<img src=x onerror=alert(1)>${'z'.repeat(9999)}`)}`,
    );
    const dialog = page.getByRole('dialog', { name: 'Not in this page' });
    const text = await dialog.innerText();
    expect(text).toMatch(/\sdeployment \[U\+202E\]<img src=x onerror=alert\(1\)>z+\s/);
    expect(text).toContain('This page holds every row of its audit, and this is none of them.');
    expect(text.length).toBeLessThan(600);
    await dialog.getByRole('button', { name: 'Close' }).click();
    expect(await page.getByRole('dialog').count()).toBe(0);
    expect(await page.locator('#rows tbody tr').count()).toBe(50);
  });

  it('has the person by their id, links, digest and commands of a row that an address names', async () => {
    const first = await open('#class=VERIFIED');
    const key = (await first.locator('#rows .open').first().getAttribute('data-key')) ?? '';
    await first.context().close();
    const page = await open(`#row=${key}`);
    const dialog = page.getByRole('dialog', { name: /Verified/ });
    expect(await dialog.locator('dt', { hasText: /^Who$/ }).locator('+ dd').innerText()).toMatch(
      /^\w+ \w+ \(\{person-\d\}\)$/,
    );
    const links = await dialog.locator('.links a').evaluateAll((all) => all.map((link) => link.getAttribute('href')));
    expect(links).toContainEqual(expect.stringMatching(/^https:\/\/[a-z]+-[0-9a-f]{9}-acme\.vercel\.app$/));
    expect(links).toContainEqual(
      expect.stringMatching(/^https:\/\/bitbucket\.org\/acme\/[a-z]+\/pipelines\/results\/\d+$/),
    );
    const commands = (await dialog.locator('pre').allInnerTexts()).join('\n');
    expect(commands).toMatch(/sha256sum -c[^]*vercel-oidc-deploy verify --[^]*jq -r[^]*openssl dgst -sha256 -verify/);
    await dialog.getByRole('button', { name: 'Copy: It holds, by our own program' }).click();
    await page.waitForFunction(() => /^(?:Copied|Selected)/.test(document.querySelector('#said')?.textContent ?? ''));
  });
});

describe('the timeline', () => {
  it('is one stop of Tab, moves by arrow keys and narrows the list by Enter', async () => {
    const page = await open();
    const bars = page.locator('#bars button:not(:disabled)');
    expect(await page.locator('#bars button[tabindex="0"]').count()).toBe(1);
    await bars.first().focus();
    await page.keyboard.press('ArrowRight');
    const name = await page.evaluate(() => document.activeElement?.getAttribute('aria-label') ?? '');
    expect(name).toMatch(/^2026-11-01 12:00 to 2026-11-02: \d+ rows \(.*\); \d+ builds?, \d+ without a build$/);
    await page.keyboard.press('Enter');
    const rows = /: (\d+) row/.exec(name)?.[1] ?? '';
    await expectCount(page, new RegExp(`^${rows} of 5,000 rows`));
    await page.getByRole('button', { name: 'Show the whole period' }).click();
    await expectCount(page, /^5,000 rows/);
  });

  it('is a table too, with the same sum', async () => {
    const page = await open();
    await page.getByText('The timeline as a table').click();
    const cells = await page.locator('#bins tbody tr td:nth-child(2)').allInnerTexts();
    expect(cells.reduce((sum, text) => sum + Number(text), 0)).toBe(ROWS);
  });
});

async function expectCount(page: Page, text: RegExp): Promise<void> {
  await page.locator('#count').filter({ hasText: text }).waitFor({ timeout: 5000 });
}
