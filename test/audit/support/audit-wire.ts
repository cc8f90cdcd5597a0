import { mkdtempSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { audit, type AuditDeps, type AuditInput } from '../../../src/audit/index.ts';
import type { Row, Summary } from '../../../src/audit/types.ts';
import { findBelow } from '../../../src/commands/verify-find.ts';
import { nodeFiles } from '../../../src/platform/files.ts';
import { readTrust } from '../../../src/record/index.ts';
import {
  makeHistory,
  makeIssuer,
  makeKeys,
  plantHistory,
  sandboxFor,
  writeRecords,
  type History,
} from '../../../tools/histories/index.ts';
import { bench, NEVER } from '../collect/support/bench.ts';

const ISSUER = 'https://api.bitbucket.org/2.0/workspaces/acme/pipelines-config/identity/oidc';
const KEYS = makeKeys(makeIssuer(ISSUER));
export const HISTORY_TRUST = readTrust(KEYS.trust);

/** A history whose records lie on the disk. */
export interface WrittenHistory {
  readonly history: History;
  readonly folder: string;
}

export async function writeHistory(seed: number, size = 25): Promise<WrittenHistory> {
  const folder = mkdtempSync(`${tmpdir()}/history-`);
  const made = makeHistory(seed, { size, faults: 0.5, extras: false, wire: true });
  return { history: await writeRecords(made, `${folder}/records`, KEYS), folder };
}

export interface WireAudit {
  readonly rows: readonly Row[];
  readonly summary: Summary;
  /** Below `out`. */
  readonly written: readonly string[];
  /** Paths of the requests. */
  readonly asked: readonly string[];
  readonly out: string;
}

interface WireOptions extends Pick<Partial<AuditInput>, 'previous'>, Pick<Partial<AuditDeps>, 'signer' | 'threads'> {
  /** Default: the history's. */
  readonly now?: number;
}

/** The whole audit against the sandbox, with nothing made up but the servers. */
export async function auditWire({ history, folder }: WrittenHistory, options: WireOptions = {}): Promise<WireAudit> {
  const { now = history.now, previous, signer, threads } = options;
  const { sandbox, platform, vercel, bitbucket } = await bench(sandboxFor(history));
  plantHistory(history, sandbox);
  const clock = { ...platform.clock, now: () => now };
  const out = mkdtempSync(`${folder}/audit-`);
  const input: AuditInput = {
    ...{ scope: history.scope, recordFolders: [`${folder}/records`], trust: HISTORY_TRUST, allowSandbox: false },
    findRecords: (below) => findBelow(nodeFiles, below),
    ...{ previous, acceptRemoved: false, exceptions: undefined, policies: undefined, repositories: [] },
    ...{
      ownProject: history.sites[0]?.projectId ?? '',
      findUncovered: undefined,
      gaps: [],
      recordGaps: [],
      failOn: undefined,
    },
    ...{ out, fresh: true, configuration: [], issuerKeys: undefined, pack: undefined },
  };
  const deps = { files: nodeFiles, clock, log: platform.log, vercel, bitbucket: { ...bitbucket, clock } };
  const aside = threads && { threads, threadsFrom: 0 };
  const signing = { ...aside, signer, identity: undefined, timestamp: undefined, pipeVersion: '0.1.0' };
  const { written } = await audit(input, { ...deps, ...signing }, NEVER);
  const { summary, rows } = JSON.parse(await readFile(`${out}/audit.json`, 'utf8')) as Pick<
    WireAudit,
    'summary' | 'rows'
  >;
  return { rows, summary, written, asked: sandbox.journal.map(({ path }) => path), out };
}
