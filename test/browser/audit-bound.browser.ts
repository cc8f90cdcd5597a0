import { afterAll, afterEach, beforeAll, expect, it } from '@jest/globals';
import type { BrowserContextOptions, Page } from 'playwright-core';
import { rowsByTime } from '../support/audit-page.ts';
import { sampleSummary } from '../support/audit-summary.ts';
import { violations } from './axe.ts';
import { openPages, type Opened, type Pages } from './open-page.ts';

const ROWS = 12_000;

let pages: Pages;
let file: string;
let opened: Opened | undefined;

beforeAll(async () => {
  pages = await openPages();
  file = await pages.write('audit.html', await sampleSummary(rowsByTime(ROWS)), rowsByTime(ROWS));
});
afterAll(() => pages.close());
afterEach(async () => {
  const faults = opened?.faults;
  await opened?.page.context().close();
  opened = undefined;
  expect(faults ?? []).toEqual([]);
});

async function open(hash = '', options: BrowserContextOptions = {}): Promise<Page> {
  opened = await pages.open(file, hash, options);
  return opened.page;
}

const count = (page: Page): Promise<string> => page.locator('#count').innerText();
const timeline = (page: Page): Promise<string> => page.locator('#timeline-left').innerText();
const sumOfBins = async (page: Page): Promise<number> => {
  const cells = await page.locator('#bins tbody tr td:nth-child(2)').allTextContents();
  return cells.reduce((sum, text) => sum + Number(text.replaceAll(',', '')), 0);
};

it('says which rows it holds, beside the list and in its count', async () => {
  const page = await open();
  expect(await page.locator('#held').innerText()).toMatch(
    /^This page holds 10,000 of 12,000 rows[^]*Each of the [\d,]+ open rows is here[^]*2,000 rows are left out, none of them later than 2026-11-\d\d[^]*audit\.csv and audit\.jsonl/,
  );
  expect(await count(page)).toBe(
    'All 10,000 rows of this page; here 1 to 50. 2,000 more rows that fit are left out of this page.',
  );
  expect(await page.locator('#classes-filter').innerText()).toMatch(/Verified\s+[\d,]+ of [\d,]+/);
  expect(await page.locator('#classes-filter').innerText()).toMatch(/Mismatch\s+\d+\s/);
});

it('counts in its timeline what it leaves out, and says where it cannot', async () => {
  const page = await open();
  expect(await sumOfBins(page)).toBe(ROWS);
  expect(await timeline(page)).toMatch(/^The timeline counts 2,000 rows that are left out of this page, by 30 min/);
  await page.locator('#bars button').nth(1).click();
  await page.waitForURL(/#from=/);
  expect(await count(page)).toMatch(/^\d+ of the 10,000 rows of this page.*\d+ more rows that fit are left out/);
  await page.getByRole('button', { name: 'Show everything' }).click();
  await page.getByLabel('Person').selectOption('Ada Obi');
  await page.waitForURL(/#person=Ada/);
  expect(await timeline(page)).toMatch(/^The timeline shows rows of this page alone/);
  expect(await count(page)).toMatch(/^[\d,]+ of the 10,000 rows of this page.*Up to 2,000 more rows may fit/);
});

it('has every row of a finding, and says that none is left out', async () => {
  const page = await open('#class=MISMATCH,UNEXPLAINED&project=prj_web');
  expect(await count(page)).toMatch(
    /^\d+ of the 10,000 rows of this page.* No row that fits is left out of this page\.$/,
  );
  expect(await timeline(page)).toBe('The timeline shows every row that fits.');
  await page.locator('#rows .open').first().click();
  await page.getByRole('dialog').waitFor();
});

it('says of a row that an address names and that it leaves out where it is, and shows the list behind it', async () => {
  const page = await open('#row=deployment:dpl_of-another-night');
  const dialog = page.getByRole('dialog', { name: 'Not in this page' });
  await dialog.waitFor();
  expect(await dialog.innerText()).toMatch(
    /Not in this page\s+Close\s+deployment dpl_of-another-night\s+This page leaves 2,000 rows out[^]*audit\.csv and audit\.jsonl/,
  );
  expect(await violations(page)).toEqual([]);
  await page.keyboard.press('Escape');
  await dialog.waitFor({ state: 'hidden' });
  expect(new URL(page.url()).hash).toBe('');
  expect(await page.locator('#rows tbody tr').count()).toBe(50);
});

it.each([
  { colorScheme: 'light', width: 1280 },
  { colorScheme: 'dark', width: 390 },
] as const)('is nothing that axe-core complains of, $colorScheme and $width wide', async ({ colorScheme, width }) => {
  const page = await open('', { colorScheme, viewport: { width, height: 900 } });
  expect(await violations(page)).toEqual([]);
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
});
