import { describe, expect, it } from '@jest/globals';
import type { Files } from '../../src/platform/types.ts';
import { createSandbox } from '../../src/sandbox/index.ts';
import { auditScene, runAudit } from '../commands/support/audit.ts';
import { makeStep, runStep } from '../support/step.ts';
import { aliveTokens, madeDeployments } from './support/world.ts';

/** As the system says that nothing more fits. */
function noSpace(path: string): Error {
  return Object.assign(new Error(`ENOSPC: no space left on device, write '${path}'`), { code: 'ENOSPC', path });
}

/** A disk that is full from the write of this number on (from 0), of every kind; `written` counts all that were tried. */
function fullFrom(limit: number, written: string[]): (files: Files) => Partial<Files> {
  const guard = (path: string): void => {
    written.push(path);
    if (written.length > limit) throw noSpace(path);
  };
  return (files) => ({
    writeNew: async (path, bytes) => {
      guard(path);
      await files.writeNew(path, bytes);
    },
    replace: async (path, bytes, options) => {
      guard(path);
      await files.replace(path, bytes, options);
    },
    append: async (path, bytes) => {
      written.push(path);
      return written.length <= limit && files.append(path, bytes);
    },
    makeTempFolder: async (parent) => {
      written.push(parent);
      return written.length <= limit ? files.makeTempFolder(parent) : undefined;
    },
    create: async (path, ...rest) => {
      guard(path);
      const sink = await files.create(path, ...rest);
      return {
        close: () => sink.close(),
        write: async (bytes) => {
          guard(path);
          await sink.write(bytes);
        },
      };
    },
  });
}
describe('a disk that is full from the n-th write on', () => {
  it('ends a deploy in a defined status, says where no record is and what is live, and leaves no credential', async () => {
    const statuses: number[] = [];
    for (let limit = 0, tried = 1; limit < tried; limit += 1) {
      const sandbox = await createSandbox();
      const step = await makeStep(sandbox);
      const written: string[] = [];
      const { status, log } = await runStep(sandbox, step, { files: fullFrom(limit, written) });
      step.remove();
      tried = written.length;
      statuses.push(status);
      const made = madeDeployments(sandbox);
      // Nothing is created before its intent is on the disk.
      expect({ limit, made, left: aliveTokens(sandbox) }).toEqual({ limit, made: limit < 2 ? 0 : 1, left: 0 });
      expect(log).toMatch(/ENOSPC for \S+\/deploy-records\//);
      if (status !== 0)
        expect(log).toMatch(made ? /^error LIVE, without a record\. RECORD_N/m : /^error without a record/m);
    }
    // Manifest, intent and result; the two files for later steps are no record, and cost no deployment.
    expect(statuses).toEqual([3, 3, 3, 0, 0]);
  }, 30_000);

  it('ends an audit, which names the file and is no bug of the pipe', async () => {
    const scene = await auditScene();
    let limit = 0;
    // Until all of it has found its place.
    for (; limit < 60; limit += 1) {
      const written: string[] = [];
      const { status, log } = await runAudit(scene, '', {
        out: `audit-${String(limit)}`,
        files: fullFrom(limit, written),
      });
      if (written.length <= limit) break;
      expect({ limit, status, log: status === 2 ? '' : log }).toEqual({ limit, status: 2, log: '' });
      expect(log).toMatch(/^error OUTPUT_INVALID: [^]*got: {4}(?:ENOSPC|an error) for \S+/m);
      expect(aliveTokens(scene.sandbox)).toBe(0);
    }
    scene.step.remove();
    expect(limit).toBeGreaterThan(25);
    expect(limit).toBeLessThan(60);
  }, 30_000);
});
