import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { afterEach, expect, it } from '@jest/globals';
import { auditScene, runAudit, type AuditScene } from './support/audit.ts';

let scene: AuditScene;
const outside = mkdtempSync(`${tmpdir()}/outside-`);
afterEach(() => {
  scene.step.remove();
  rmSync(outside, { recursive: true });
});

it('an audit writes and removes nothing where a link in the place of its work leads', async () => {
  scene = await auditScene();
  // All of it has names of the audit's own, which a fresh start would take away.
  for (const name of ['cursor.json', 'events.0.jsonl']) writeFileSync(`${outside}/${name}`, '');
  mkdirSync(`${scene.step.clone.directory}/audit`);
  symlinkSync(outside, `${scene.step.clone.directory}/audit/work`);
  const before = scene.sandbox.journal.length;
  for (const words of ['', '--fresh']) {
    const { status, log, files } = await runAudit(scene, words);
    expect(log).toMatch(/USAGE: The folder that is to be written into is none\.[^]*audit\/work is a symlink/);
    expect({ status, files, outside: readdirSync(outside) }).toEqual({
      ...{ status: 2, files: ['work'], outside: ['cursor.json', 'events.0.jsonl'] },
    });
  }
  expect(scene.sandbox.journal).toHaveLength(before);
});
