import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { createHttpClient } from '../../../../src/http/index.ts';
import { nodeFiles } from '../../../../src/platform/files.ts';
import type { Files } from '../../../../src/platform/types.ts';
import { createSandbox, type Sandbox, type SandboxOptions } from '../../../../src/sandbox/index.ts';
import { Secret } from '../../../../src/secret.ts';
import type { AuditedRepository, BitbucketReadDeps, VercelDeps } from '../../../../src/audit/collect/index.ts';
import { openSpool, type Spool } from '../../../../src/audit/spool/index.ts';
import type { Scope } from '../../../../src/audit/types.ts';
import { sandboxNetwork } from '../../../support/sandbox-network.ts';
import { testPlatform, type TestPlatform } from '../../../support/test-platform.ts';

export const NEVER = new AbortController().signal;
export const SINCE = Date.parse('2026-11-01T00:00:00Z');
export const UNTIL = Date.parse('2026-11-02T00:00:00Z');

export interface Bench {
  readonly sandbox: Sandbox;
  readonly platform: TestPlatform;
  readonly scope: Scope;
  readonly folder: string;
  readonly vercel: VercelDeps;
  readonly bitbucket: BitbucketReadDeps;
  readonly repository: AuditedRepository;
  open(files?: Files): Promise<Spool>;
  /** `path?query` of every request so far, with the credential of none. */
  asked(path: RegExp): string[];
}

interface BenchOptions extends SandboxOptions {
  readonly deadlineAt?: () => number;
}

export async function bench(options: BenchOptions = {}): Promise<Bench> {
  const platform = testPlatform({ send: (request) => network.send(request), close: () => undefined });
  // Waits of ours are over at once, and the sandbox's hour moves on by them.
  const sandbox = await createSandbox({ now: () => platform.clock.now(), ...options });
  const network = sandboxNetwork(sandbox);
  const { clock, log, random } = platform;
  const { deadlineAt } = options;
  const http = createHttpClient({
    ...{ network, clock, log, random, userAgent: 'test' },
    ...(deadlineAt === undefined ? {} : { deadlineAt }),
  });
  const folder = mkdtempSync(`${tmpdir()}/collect-`);
  const scope = { teamId: sandbox.vercel.team.id, projectIds: [], since: SINCE, until: UNTIL };
  const bearer = new Secret(sandbox.vercel.classicToken);
  return {
    ...{ sandbox, platform, scope, folder },
    vercel: {
      http,
      log,
      door: { url: sandbox.vercelUrl, authorization: 'bearer' },
      bearerOf: () => Promise.resolve(bearer),
    },
    bitbucket: {
      ...{ http, log, clock, apiUrl: sandbox.bitbucketUrl },
      accessToken: new Secret(sandbox.bitbucket.workspaceAccessToken),
      ...(deadlineAt === undefined ? {} : { deadlineAt }),
    },
    repository: { issuer: sandbox.issuer.url, ...sandbox.issuer.step },
    open: (files = nodeFiles) => openSpool(files, folder, { scope: 'test' }),
    asked: (path) => sandbox.journal.flatMap((entry) => (path.test(entry.path) ? [`${entry.path}${entry.query}`] : [])),
  };
}

export async function valuesOf<T>(spool: Spool, name: string): Promise<T[]> {
  const values: T[] = [];
  for await (const kept of spool.read<T>(name)) values.push(...kept.map(({ value }) => value));
  return values;
}

/** Where a run is killed: before a write, in the middle of it, or just behind it. */
export type Moment = 'before' | 'torn' | 'after';

/** The disk, until write number `at` (from 1): there the run ends as if it were killed. `writes` counts them. */
export function mortalFiles(at = Infinity, moment: Moment = 'before'): Files & { readonly writes: () => number } {
  let writes = 0;
  const killed = new Error('killed');
  const mortal = async <T>(whole: () => Promise<T>, half: () => Promise<unknown>): Promise<T> => {
    writes += 1;
    if (writes > at) throw killed;
    if (writes < at) return whole();
    if (moment === 'torn') await half();
    if (moment === 'after') await whole();
    throw killed;
  };
  return {
    ...nodeFiles,
    writes: () => writes,
    append: (path, bytes) =>
      mortal(
        () => nodeFiles.append(path, bytes),
        () => nodeFiles.append(path, bytes.subarray(0, Math.floor(bytes.byteLength / 2))),
      ),
    // A file that is replaced is never half written.
    replace: (path, bytes, options) =>
      mortal(
        () => nodeFiles.replace(path, bytes, options),
        () => Promise.resolve(),
      ),
  };
}
