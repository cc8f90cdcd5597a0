import { inflateSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Row } from '../../src/audit/types.ts';
import { hostileRows } from '../support/audit-hostile.ts';
import { sampleRows } from '../support/audit-rows.ts';
import { sampleSummary } from '../support/audit-summary.ts';
import { violations } from './axe.ts';
import { openPages, type Pages } from './open-page.ts';

const ROWS = 300;

let pages: Pages;
let file: string;

beforeAll(async () => {
  pages = await openPages();
  file = await pages.write('audit.html', await sampleSummary(sampleRows(ROWS)), sampleRows(ROWS));
});
afterAll(() => pages.close());

describe('what axe-core says', () => {
  it.each([
    { colorScheme: 'light', width: 1280 },
    { colorScheme: 'dark', width: 1280 },
    { colorScheme: 'light', width: 390 },
    { colorScheme: 'dark', width: 390 },
  ] as const)(
    'is nothing, $colorScheme and $width wide, with evidence closed and open',
    async ({ colorScheme, width }) => {
      const { page, faults } = await pages.open(file, '', { colorScheme, viewport: { width, height: 900 } });
      await page.getByText('The timeline as a table').click();
      expect(await violations(page)).toEqual([]);
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
      await page.getByText('The timeline as a table').click();
      await page.locator('#rows .open').first().click();
      await page.getByRole('dialog').waitFor();
      expect(await violations(page)).toEqual([]);
      expect(faults).toEqual([]);
      await page.context().close();
    },
  );

  it('is something where the contrast is too low', async () => {
    const { page } = await pages.open(file);
    await page.evaluate(() => document.documentElement.style.setProperty('--soft', '#bbbbbb'));
    expect((await violations(page)).join()).toContain('color-contrast');
    await page.context().close();
  });
});

describe('on paper', () => {
  it('has all rows of the filter and no evidence', async () => {
    const { page, faults } = await pages.open(file, '#production=1', { colorScheme: 'dark' });
    const rows = Number(/^(\d+) of/.exec(await page.locator('#count').innerText())?.[1]);
    expect(rows).toBeGreaterThan(50);
    await page.evaluate(() => {
      addEventListener('beforeprint', () => {
        const printed = document.querySelectorAll('#rows tbody tr').length;
        document.body.dataset['printed'] = String(printed);
      });
    });
    const pdf = await page.pdf({ format: 'A4' });
    expect(await page.evaluate(() => document.body.dataset['printed'])).toBe(String(rows));
    expect(pdf.subarray(0, 5).toString()).toBe('%PDF-');
    const colors = colorsOf(pdf);
    expect(colors).toContain('0 0 0');
    expect(colors.filter((color) => new Set(color.split(' ')).size > 1)).toEqual([]);
    expect(await page.locator('#rows tbody tr').count()).toBe(50);
    expect(faults).toEqual([]);

    await page.emulateMedia({ media: 'print' });
    const hidden = await page
      .locator('#filter, #pager, details')
      .evaluateAll((all) => all.map((element) => getComputedStyle(element).display));
    expect(new Set(hidden)).toEqual(new Set(['none']));
    expect(await page.evaluate(() => getComputedStyle(document.body).backgroundColor)).toBe('rgb(255, 255, 255)');
    await page.context().close();
  });
});

/** What the streams of a PDF fill with: red, green and blue. */
function colorsOf(pdf: Buffer): string[] {
  const text = pdf.toString('latin1');
  const drawn = [...text.matchAll(/stream\r?\n/g)].map(({ index, 0: mark }) => {
    const start = index + mark.length;
    try {
      return inflateSync(pdf.subarray(start, text.indexOf('endstream', start))).toString('latin1');
    } catch {
      // A font, or what is not packed.
      return '';
    }
  });
  return [
    ...new Set(drawn.flatMap((piece) => [...piece.matchAll(/(\S+ \S+ \S+) rg\b/g)].map(([, color = '']) => color))),
  ];
}

describe('texts that want to be more', () => {
  it('stay texts, wherever they are shown', async () => {
    const summary = await sampleSummary(hostileRows());
    const marked = JSON.parse(
      JSON.stringify(summary).replaceAll('Ines Duarte', '<img src=x onerror=alert(9)>'),
    ) as typeof summary;
    const path = await pages.write('hostile.html', marked, hostileRows());
    const { page, faults } = await pages.open(path);
    const rows: Row[] = [];
    for await (const row of hostileRows()) rows.push(row);
    for (let index = 0; index < rows.length; index += 1) {
      await page.locator('#rows .open').nth(index).click();
      await page.getByRole('dialog').waitFor();
      expect(
        await page.locator('dialog a:not([href^="https://bitbucket.org/"]):not([href^="https://vercel.com/"])').count(),
      ).toBe(0);
      await page.keyboard.press('Escape');
    }
    expect(
      await page.locator('img, iframe, object, svg, script:not(:last-of-type), [onclick], [style*="url"]').count(),
    ).toBe(0);
    expect(await page.locator('body').innerText()).not.toMatch(/[\u202a-\u202e\u2066-\u2069\u200b]/);
    expect(await page.locator('#rows').innerText()).toContain('[U+202E]');
    expect(faults).toEqual([]);
    await page.context().close();
  });

  it('could do nothing if they were: the page may load and run nothing else', async () => {
    const { page, faults } = await pages.open(file);
    const ends: (string | undefined)[] = [];
    page.on('requestfailed', (request) => ends.push(request.failure()?.errorText));
    page.on('response', (response) => ends.push(`answered: ${response.url()}`));
    const ran = await page.evaluate(async () => {
      const script = document.createElement('script');
      let refused = '';
      try {
        script.textContent = 'document.title = "ran"';
      } catch (error) {
        refused = String(error);
      }
      const image = new Image();
      const failed = new Promise((resolve) => image.addEventListener('error', () => resolve('refused')));
      image.src = 'https://example.com/x.png';
      document.body.append(script, image);
      const asked = await fetch('https://example.com/').then(
        () => 'sent',
        () => 'refused',
      );
      return { refused, title: document.title, image: await failed, asked };
    });
    expect(ran).toMatchObject({
      refused: expect.stringContaining('TrustedScript'),
      image: 'refused',
      asked: 'refused',
    });
    expect(ran.title).toBe('Deployment audit of team_acme');
    expect(faults.join('\n')).toMatch(/Content Security Policy/);
    // The image is told of and stopped by the rule; the other never became a request.
    expect(ends).toEqual(['csp']);
    await page.context().close();
  });
});
