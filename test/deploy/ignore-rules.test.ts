import { describe, expect, it } from '@jest/globals';
import { readIgnoreRules } from '../../src/deploy/ignore-rules.ts';
import { nodeFiles } from '../../src/platform/files.ts';
import { makeTree, noFindings } from './support/output-tree.ts';

describe('readIgnoreRules', () => {
  it('gives none where the project has none, or only an empty file', async () => {
    expect(await readIgnoreRules(nodeFiles, makeTree({}), noFindings())).toBeUndefined();
    expect(await readIgnoreRules(nodeFiles, makeTree({ '.vercelignore': '' }), noFindings())).toBeUndefined();
  });

  it.each([
    { path: 'dist/a.js', ignored: true },
    { path: 'src/dist/a.js', ignored: false },
    { path: '.env', ignored: true },
    { path: 'deep/.env.production', ignored: true },
    { path: 'docs/keep.md', ignored: false },
    { path: 'docs/other.md', ignored: true },
    { path: 'node_modules/a.js', ignored: false },
    { path: '.next/server/x.js', ignored: false },
    { path: '.yarn/cache/x.zip', ignored: false },
    { path: '.pnp.cjs', ignored: false },
    { path: 'target/x', ignored: false },
    { path: 'sub/target/x', ignored: true },
    { path: 'other.js', ignored: false },
  ])('$path: $ignored', async ({ path, ignored }) => {
    const rules = './dist/**\n# .ts\n.env*\ndocs/*\n!docs/keep.md\nnode_modules\n.next\n.yarn\n.pnp*\ntarget\n';
    const found = await readIgnoreRules(nodeFiles, makeTree({ '.vercelignore': rules }), noFindings());
    expect(found?.file).toBe('.vercelignore');
    expect(found?.ignores(path)).toBe(ignored);
  });

  it('takes the older name where it is the only one, and refuses both', async () => {
    const findings = noFindings();
    const only = await readIgnoreRules(nodeFiles, makeTree({ '.nowignore': 'a' }), findings);
    expect(only?.file).toBe('.nowignore');
    expect(findings.faults).toEqual([]);
    await readIgnoreRules(nodeFiles, makeTree({ '.nowignore': 'a', '.vercelignore': 'b' }), findings);
    expect(findings.faults).toEqual([
      '.vercelignore and .nowignore: Vercel takes only one of them. Delete .nowignore.',
    ]);
  });

  it('does not go on without rules that it cannot read', async () => {
    const findings = noFindings();
    await readIgnoreRules(nodeFiles, makeTree({ '.vercelignore': { link: '/etc/hostname' } }), findings);
    expect(findings.faults).toEqual([
      '.vercelignore: a link that leads out of the deployed folder. Put the file itself there.',
    ]);
    const huge = makeTree({ '.vercelignore': 'a\n'.repeat(600_000) });
    await expect(readIgnoreRules(nodeFiles, huge, findings)).rejects.toMatchObject({ code: 'FILE_TOO_LARGE' });
  });

  it('names the line that is no pattern', async () => {
    const findings = noFindings();
    const found = await readIgnoreRules(nodeFiles, makeTree({ '.vercelignore': 'src/[id/\ndist\n' }), findings);
    expect(findings.faults).toEqual(['.vercelignore: line 1, "src/[id/", is no pattern. Correct or remove it.']);
    expect(found?.ignores('dist')).toBe(true);
  });
});
