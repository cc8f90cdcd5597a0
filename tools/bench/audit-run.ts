/** Runs the built pipe's audit against the population, and measures it. */
import { fork, type ChildProcess } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { measure, type Usage } from './measure.ts';
import type { AuditLooked, AuditServed } from './audit-server.ts';

export interface AuditServer {
  readonly served: AuditServed;
  look(): Promise<AuditLooked>;
  end(): void;
}

export async function startAuditServer(args: readonly number[]): Promise<AuditServer> {
  const child = fork(new URL('audit-server.ts', import.meta.url), args.map(String), {
    execArgv: ['--max-old-space-size=6000'],
  });
  const served = (await answerOf(child)) as AuditServed;
  return {
    served,
    look: () => {
      const answer = answerOf(child);
      child.send('look');
      return answer as Promise<AuditLooked>;
    },
    end: () => child.disconnect(),
  };
}

function answerOf(child: ChildProcess): Promise<AuditServed | AuditLooked> {
  return new Promise((resolve, reject) => {
    const died = (): void => reject(new Error("the servers' process has ended"));
    child.once('exit', died);
    child.once('message', (answer) => {
      child.off('exit', died);
      resolve(answer as AuditServed | AuditLooked);
    });
  });
}

export interface AuditFigures extends Usage {
  readonly title: string;
  readonly requests: number;
  readonly serverCpuMs: number;
  readonly counts: AuditCounts;
}

type AuditCounts = Readonly<
  Record<string, { readonly seen: number; readonly classes: Readonly<Record<string, number>> }>
>;

export interface AuditRun {
  readonly title: string;
  readonly bundle: string;
  readonly hook: string;
  readonly scratch: string;
  /** Where keys and records stand. */
  readonly folder: string;
  readonly records: readonly string[];
  readonly until: number;
  readonly out: string;
  readonly checkpoint?: string;
  readonly signingKey: string;
}

/** @throws {Error} where it does not come to its end. */
export async function runAuditOnce(run: AuditRun, server: AuditServer): Promise<AuditFigures> {
  const { folder, out, checkpoint } = run;
  const { served } = server;
  const time = (at: number): string => new Date(at).toISOString();
  await server.look();
  const usage = await measure(
    {
      ...{ title: run.title, cwd: run.scratch, statuses: [0, 1, 3, 4] },
      args: [
        ...[run.bundle, 'audit', '--since', time(served.since), '--until', time(run.until), '--projects', 'all'],
        ...['--keys', `${folder}/keys-list.json`, '--issuer-keys', `${folder}/issuer-keys.json`],
        ...['--tsa', `${folder}/tsa.pem`, '--allow-sandbox', '--fresh', '--out', out],
        ...(checkpoint === undefined ? [] : ['--checkpoint', checkpoint]),
        ...run.records.map((name) => `${folder}/${name}`),
      ],
      environment: {
        ...{ VERCEL_TOKEN: served.vercelToken, VERCEL_TEAM_ID: served.teamId, VERCEL_PROJECT_ID: served.projectId },
        ...{ VERCEL_API_URL: served.url, BITBUCKET_API_URL: served.url, BITBUCKET_ACCESS_TOKEN: served.bitbucketToken },
        SIGNING_KEY: run.signingKey,
      },
    },
    { hook: run.hook, scratch: run.scratch, warm: true, watched: true },
  );
  const { requests, cpuMs: serverCpuMs } = await server.look();
  return { ...usage, title: run.title, requests, serverCpuMs, counts: await readCounts(`${out}/audit.json`) };
}

/** Of the summary, which stands before the rows: the file is large. */
async function readCounts(path: string): Promise<AuditCounts> {
  const { counts } = (JSON.parse(await readFile(path, 'utf8')) as { summary: { counts: AuditCounts } }).summary;
  return counts;
}

/** Milliseconds of CPU that it takes to read, hash and parse the records alone: see `audit-floor.ts`. */
export async function measureFloor({
  folder,
  records,
  hook,
  scratch,
}: Pick<AuditRun, 'folder' | 'records' | 'hook' | 'scratch'>): Promise<number> {
  const args = [
    fileURLToPath(new URL('audit-floor.ts', import.meta.url)),
    ...records.map((name) => `${folder}/${name}`),
  ];
  const { cpuMs } = await measure(
    { title: 'the floor', args, cwd: scratch, environment: {} },
    { hook, scratch, warm: true },
  );
  return cpuMs;
}
