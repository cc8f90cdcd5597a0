/**
 * The outside world of the bench, in a process of its own: what it needs must not be counted as anybody's. Each run
 * gets a sandbox that knows nothing yet; the process is one and warm, as a real server is.
 */
import type { JournalEntry, ServedSandbox } from '../../src/sandbox/index.ts';
import { serveSandbox } from '../../src/sandbox/index.ts';
import { policyText } from '../demo-clone.ts';

export interface OpenRequest {
  readonly kind: 'open';
  readonly latencyMs: number;
  readonly cloneDir: string;
}

export interface Opened {
  readonly kind: 'opened';
  readonly url: string;
  readonly teamId: string;
  readonly projectId: string;
  readonly projectName: string;
  /** A user's own token, for the peer. */
  readonly classicToken: string;
  /** Bitbucket's variables for a step with `oidc:`, for us. */
  readonly environment: Readonly<Record<string, string>>;
  readonly policy: string;
}

/** What was asked since the last look. */
export interface Looked {
  readonly kind: 'looked';
  readonly requests: readonly Pick<JournalEntry, 'method' | 'path' | 'status'>[];
  /** States of the deployments that were made, planted ones left out. */
  readonly deployments: readonly string[];
  /** CPU that this process has used since the last look. */
  readonly cpuMs: number;
}

export type Ask = OpenRequest | { readonly kind: 'look' } | { readonly kind: 'close' };
export type Answer = Opened | Looked | { readonly kind: 'closed' };

/** The last state shows at the first poll: how long Vercel builds is nobody's merit. */
const ONE_POLL = { polls: 1 };

let served: ServedSandbox | undefined;
let seen = 0;
let usage = process.cpuUsage();

async function answer(ask: Ask): Promise<Answer> {
  switch (ask.kind) {
    case 'open':
      return open(ask);
    case 'look':
      return look();
    case 'close':
      await served?.close();
      served = undefined;
      return { kind: 'closed' };
  }
}

async function open({ latencyMs, cloneDir }: OpenRequest): Promise<Opened> {
  served = await serveSandbox({ latencyMs, deployment: ONE_POLL });
  seen = 0;
  usage = process.cpuUsage();
  const { issuer, vercel } = served.sandbox;
  const [project] = vercel.projects;
  return {
    kind: 'opened',
    url: served.url,
    teamId: vercel.team.id,
    projectId: project?.id ?? '',
    projectName: project?.name ?? '',
    classicToken: vercel.classicToken,
    environment: issuer.bitbucketEnvironment(await issuer.mintToken(), { BITBUCKET_CLONE_DIR: cloneDir }),
    policy: policyText(issuer),
  };
}

function look(): Looked {
  if (!served) throw new Error('no sandbox is open');
  const { journal, vercel } = served.sandbox;
  const requests = journal.slice(seen).map(({ method, path, status }) => ({ method, path, status }));
  seen = journal.length;
  const { user, system } = process.cpuUsage(usage);
  usage = process.cpuUsage();
  const made = vercel.deployments.filter(({ body }) => body);
  return {
    kind: 'looked',
    requests,
    deployments: made.map((one) => vercel.readyStateOf(one)),
    cpuMs: (user + system) / 1000,
  };
}

process.on('message', (ask: Ask) => {
  void answer(ask).then((reply) => process.send?.(reply));
});
// The parent's end is this one's.
process.once('disconnect', () => process.exit());
