import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname } from 'node:path';
import { inspectDeploymentFiles } from '@vercel/client';
import { sha1Hex } from '../../../src/digest.ts';
import type { OutputPlan } from '../../../src/deploy/plan.ts';

/** Text is a file, `link` a symlink, and null an empty folder. */
export type Tree = Readonly<Record<string, string | { readonly link: string } | null>>;

/** A small project, with folders that every deployment leaves out. */
export const APP: Tree = {
  'package.json': '{}',
  'src/index.ts': 'export {};',
  'src/deep/er/page.tsx': 'page',
  'public/empty': null,
  'node_modules/left-pad/index.js': 'pad',
  '.git/HEAD': 'ref: refs/heads/main',
  '.vercel/project.json': '{}',
};

export interface SourceFolder {
  /** Absolute. */
  readonly root: string;
  remove(): void;
}

export function makeSource(tree: Tree): SourceFolder {
  const root = mkdtempSync(`${tmpdir()}/source-`);
  for (const [path, content] of Object.entries(tree)) {
    const full = `${root}/${path}`;
    mkdirSync(content === null ? full : dirname(full), { recursive: true });
    if (typeof content === 'string') writeFileSync(full, content);
    else if (content !== null) symlinkSync(content.link, full);
  }
  return { root, remove: () => rmSync(root, { recursive: true, force: true }) };
}

/** A line for each name: its size and SHA-1 where it has content, `folder` where it has none. */
export type Listed = readonly string[];

/** What Vercel's own client would send. */
export async function listByClient(root: string): Promise<Listed> {
  const { files } = await inspectDeploymentFiles({ path: root });
  return files
    .map(({ path, size, sha }) => (sha === undefined ? `${path} folder` : `${path} ${String(size)} ${sha}`))
    .sort();
}

export function listPlan({ entries }: OutputPlan, contentOf: (path: string) => string): Listed {
  return entries
    .map(({ path, kind, size, linkTarget }) =>
      kind === 'directory' ? `${path} folder` : `${path} ${String(size)} ${sha1Hex(linkTarget ?? contentOf(path))}`,
    )
    .sort();
}
