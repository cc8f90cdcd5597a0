import { describe, expect, it } from '@jest/globals';
import { createSandbox, type JournalEntry } from '../../src/sandbox/index.ts';
import { makeStep, runStep } from '../support/step.ts';

/** Enough to tell what follows what, on a busy machine too. */
const LATENCY_MS = 60;

/** The longest chain of requests each of which began after the one before it had ended. */
function longestChain(entries: readonly JournalEntry[]): JournalEntry[] {
  const chain: JournalEntry[] = [];
  for (const entry of entries.toSorted((a, b) => a.endedAt - b.endedAt)) {
    if (entry.startedAt >= (chain.at(-1)?.endedAt ?? 0)) chain.push(entry);
  }
  return chain;
}

describe('network waits that follow one another', () => {
  it('are at most eight on a first deploy', async () => {
    const sandbox = await createSandbox({ latencyMs: LATENCY_MS, deployment: { polls: 1 } });
    const step = await makeStep(sandbox);
    const { status } = await runStep(sandbox, step);
    step.remove();
    expect(status).toBe(0);

    const chain = longestChain(sandbox.journal).map(
      ({ method, path }) => `${method} ${path.replace(/\/dpl_\w+/, '/{id}')}`,
    );
    // The log's stream may take the place of the poll beside it: both begin after the create.
    const followed = chain.map((step) => (/\/deployments\/\{id\}/.test(step) ? 'GET {deployment}' : step));
    expect(followed).toEqual([
      expect.stringMatching(/^GET .*\/keys\.json$/),
      'POST /login/oauth/token',
      expect.stringMatching(/^(?:POST \/login\/oauth\/token\/introspect|GET \/v9\/projects\/prj_web)$/),
      'POST /v13/deployments',
      'POST /v2/files',
      'POST /v13/deployments',
      'GET {deployment}',
      'POST /login/oauth/token/revoke',
    ]);
  });
});
