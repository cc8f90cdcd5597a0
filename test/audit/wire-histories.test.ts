import { mkdtempSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { describe, expect, it } from '@jest/globals';
import { audit, type AuditInput } from '../../src/audit/index.ts';
import { readRecords } from '../../src/audit/records/index.ts';
import type { Row, SeenRecord } from '../../src/audit/types.ts';
import { findBelow } from '../../src/commands/verify-find.ts';
import { nodeFiles } from '../../src/platform/files.ts';
import { readTrust } from '../../src/record/index.ts';
import {
  makeHistory,
  makeIssuer,
  makeKeys,
  plantHistory,
  sandboxFor,
  writeRecords,
  type History,
} from '../../tools/histories/index.ts';
import { bench, NEVER } from './collect/support/bench.ts';
import { compare } from './support/audit-history.ts';

const ISSUER = 'https://api.bitbucket.org/2.0/workspaces/acme/pipelines-config/identity/oidc';
const KEYS = makeKeys(makeIssuer(ISSUER));
const TRUST = readTrust(KEYS.trust);
const SEEDS = [11, 12, 13];

interface Written {
  readonly history: History;
  readonly folder: string;
}

async function write(seed: number): Promise<Written> {
  const folder = mkdtempSync(`${tmpdir()}/history-`);
  const made = makeHistory(seed, { size: 25, faults: 0.5, extras: false, wire: true });
  return { history: await writeRecords(made, `${folder}/records`, KEYS), folder };
}

/** The whole audit against the sandbox, with nothing made up but the servers. */
async function auditWire({ history, folder }: Written): Promise<readonly Row[]> {
  const { sandbox, platform, vercel, bitbucket } = await bench(sandboxFor(history));
  plantHistory(history, sandbox);
  const clock = { ...platform.clock, now: () => history.now };
  const input: AuditInput = {
    ...{ scope: history.scope, recordFolders: [`${folder}/records`], trust: TRUST, allowSandbox: false },
    findRecords: (below) => findBelow(nodeFiles, below),
    ...{ previous: undefined, acceptRemoved: false, exceptions: undefined, policies: undefined, repositories: [] },
    ...{ ownProject: history.sites[0]?.projectId ?? '', findUncovered: undefined, gaps: [], failOn: undefined },
    ...{ out: `${folder}/audit`, fresh: true, configuration: [], issuerKeys: undefined, pack: undefined },
  };
  const deps = { files: nodeFiles, clock, log: platform.log, vercel, bitbucket: { ...bitbucket, clock } };
  const signing = { signer: undefined, identity: undefined, timestamp: undefined, pipeVersion: '0.1.0' };
  await audit(input, { ...deps, ...signing }, NEVER);
  const { rows } = JSON.parse(await readFile(`${folder}/audit/audit.json`, 'utf8')) as { rows: readonly Row[] };
  return rows;
}

async function readAll({ history, folder }: Written): Promise<readonly SeenRecord[]> {
  const { records } = readRecords({
    ...{ folders: [`${folder}/records`], find: (below: string) => findBelow(nodeFiles, below), files: nodeFiles },
    ...{ trust: TRUST, now: history.now, allowSandbox: false, rest: () => Promise.resolve() },
  });
  return (await Array.fromAsync(records)).flat();
}

describe.each(SEEDS)('a history on the wire, of seed %i', (seed) => {
  it('has records that are read as it says', async () => {
    const written = await write(seed);
    const wanted = new Map(written.history.records.map((record) => [record.file, record]));
    const read = await readAll(written);
    const trusted = read.filter(({ verdict }) => verdict.state === 'verified');
    expect(read.map(({ file, verdict }) => `${file} ${verdict.state}`)).toEqual(
      read.map(({ file }) => `${file} ${wanted.get(file)?.verdict.state ?? 'unknown'}`),
    );
    expect(trusted.length).toBeGreaterThan(20);
    for (const { file, facts, digest, payloadDigest, verdict } of trusted) {
      const { verdict: said, ...record } = wanted.get(file) ?? { verdict: undefined };
      expect({ file, facts, digest, payloadDigest }).toEqual(record);
      expect(verdict).toMatchObject(said?.state === 'verified' ? { assurance: said.assurance } : {});
    }
  }, 60_000);

  it('comes out of the whole audit as it was planted', async () => {
    const written = await write(seed);
    expect(compare(written.history, await auditWire(written))).toEqual([]);
  }, 60_000);
});
