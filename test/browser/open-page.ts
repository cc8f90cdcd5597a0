import { mkdtempSync, rmSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { chromium, type Browser, type BrowserContextOptions, type Page } from 'playwright-core';
import type { Row, Summary } from '../../src/audit/types.ts';
import { renderPage } from '../support/audit-page.ts';

const ARGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** A page that is open, with all that it should not have done. */
export interface Opened {
  readonly page: Page;
  /** Errors and warnings of the console, errors that nobody caught, and requests to anywhere but the file. */
  readonly faults: string[];
}

export interface Pages {
  /** @param hash with its `#` */
  open(file: string, hash?: string, options?: BrowserContextOptions): Promise<Opened>;
  /** @returns the file's path */
  write(name: string, summary: Summary, rows: AsyncIterable<Row>): Promise<string>;
  close(): Promise<void>;
}

export async function openPages(): Promise<Pages> {
  const executablePath = process.env['CHROMIUM'] ?? '/usr/bin/chromium';
  const browser: Browser = await chromium.launch({ executablePath, args: ARGS });
  const folder = mkdtempSync(join(tmpdir(), 'audit-page-'));
  return {
    write: async (name, summary, rows) => {
      const path = join(folder, name);
      const file = await open(path, 'w');
      for await (const part of renderPage(summary, rows)) await file.write(part);
      await file.close();
      return path;
    },
    open: async (file, hash = '', options = {}) => {
      const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options });
      const page = await context.newPage();
      const faults: string[] = [];
      page.on('console', (message) => {
        if (message.type() !== 'log') faults.push(`${message.type()}: ${message.text()}`);
      });
      page.on('pageerror', (error) => faults.push(String(error)));
      page.on('request', (request) => {
        if (!/^(?:file|data):/.test(request.url())) faults.push(`request: ${request.url()}`);
      });
      page.on('dialog', (dialog) => {
        faults.push(`dialog: ${dialog.message()}`);
        void dialog.dismiss();
      });
      await page.goto(`${pathToFileURL(file).href}${hash}`);
      await page.waitForSelector('html[data-ready]');
      return { page, faults };
    },
    close: async () => {
      await browser.close();
      rmSync(folder, { recursive: true });
    },
  };
}
