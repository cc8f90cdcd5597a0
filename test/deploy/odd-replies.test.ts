import { describe, expect, it } from '@jest/globals';
import { showBuildLog } from '../../src/deploy/build-log.ts';
import { createOnce } from '../../src/deploy/create.ts';
import { readReport } from '../../src/deploy/report.ts';
import type { CreateBody } from '../../src/deploy/vercel-api.ts';
import { memoryLog } from '../support/test-platform.ts';
import { NEVER, refused, scriptApi } from './support/fake-api.ts';
import { deploymentBody, reportOf, scriptedApi } from './support/scripted-api.ts';
import { virtualClock } from './support/virtual-clock.ts';

/** JSON can bring a value that no attempt makes a text of. */
const ODD = { toString: 1 };
const SOUGHT = { projectId: 'prj_1', metaKey: 'key', metaValue: 'value', creatorId: undefined };

describe('a reply that nobody sends by mistake', () => {
  it('asks for files by values that are no digests, and gets the refusal that it is', async () => {
    const bench = scriptApi({ create: [refused(400, 'missing_files', { missing: [ODD, 7] })] });
    const body = { files: [] } as unknown as CreateBody;
    const outcome = createOnce(bench, body, { prebuilt: true, forceNew: false }, SOUGHT, NEVER);
    await expect(outcome).rejects.toMatchObject({ got: expect.stringContaining('missing_files') });
  });

  it('names a deployment by half a letter, and the next request still has an address', () => {
    const report = readReport({ ...deploymentBody('READY'), id: 'dpl_\ud800' });
    expect(encodeURIComponent(report?.deployment.id ?? '')).toBe('dpl_%EF%BF%BD');
  });

  it('has times that no calendar has, and counts as one without', () => {
    const body = deploymentBody('READY', { createdAt: 8.64e15 + 1, ready: -1e300 });
    expect(readReport(body)?.deployment).toMatchObject({ createdAt: undefined, readyAt: undefined });
    expect(readReport({ ...body, createdAt: 8.64e15 })?.deployment.createdAt).toBe(8.64e15);
  });

  it('sends a line of the log whose kind and state are no texts, and the next line is shown', async () => {
    const items = [
      { type: ODD, text: 'a', date: 1, id: '1' },
      { type: 'deployment-state', info: { readyState: ODD }, date: 2, id: '2' },
      { type: 'stdout', text: 'seen', date: 3, id: '3' },
      { type: 'deployment-state', info: { readyState: 'ERROR' }, date: 4, id: '4' },
    ];
    const log = memoryLog();
    const api = scriptedApi({ streams: [{ items, then: 'end' }] });
    const deps = { api, clock: virtualClock(), log };
    await showBuildLog(deps, reportOf('BUILDING').deployment, () => undefined, NEVER).ended;
    expect(log.text()).toContain('seen');
    expect(api.count('events')).toBe(1);
  });
});
