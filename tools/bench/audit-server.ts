/** The process of `npm run bench:audit` that is Vercel and Bitbucket: the sandbox, with the whole population planted. */
import { readFile } from 'node:fs/promises';
import { serveSandbox } from '../../src/sandbox/index.ts';
import { plantHistory, sandboxFor } from '../histories/index.ts';
import { AUDIT_PORT, folderOf, makePopulation, type Renamed } from './audit-population.ts';

export interface AuditServed {
  readonly kind: 'served';
  readonly url: string;
  readonly vercelToken: string;
  readonly bitbucketToken: string;
  readonly teamId: string;
  readonly projectId: string;
  readonly since: number;
  readonly until: number;
  /** How many there are, and how many rows of each class must come out. */
  readonly deployments: number;
  readonly events: number;
  readonly pipelines: number;
  readonly classes: Readonly<Record<string, number>>;
}

/** Since the last look. */
export interface AuditLooked {
  readonly kind: 'looked';
  readonly requests: number;
  readonly cpuMs: number;
}

const [seed = 0, deployments = 0, parts = 1] = process.argv.slice(2).map(Number);
const folder = folderOf({ seed, deployments });
const renamed = new Map<string, string>();
for (let part = 0; part < parts; part += 1) {
  const lines = JSON.parse(await readFile(`${folder}/renamed-${String(part)}.json`, 'utf8')) as readonly Renamed[];
  for (const { from, to } of lines) renamed.set(from, to);
}
const history = makePopulation({ seed, deployments });
const rename = <T extends { readonly meta?: Readonly<Record<string, string>> }>(one: T): T => {
  const intent = renamed.get(one.meta?.['oidcDeployIntent'] ?? '');
  return intent === undefined ? one : { ...one, meta: { ...one.meta, oidcDeployIntent: intent } };
};
const served = await serveSandbox({ ...sandboxFor(history), now: () => Date.now(), port: AUDIT_PORT });
const { sandbox, url } = served;
plantHistory({ ...history, deployments: history.deployments.map(rename), events: history.events.map(rename) }, sandbox);

const classes: Record<string, number> = {};
for (const { kind, class: name } of history.expected) {
  if (kind !== 'record') classes[name] = (classes[name] ?? 0) + 1;
}
tell({
  ...{ kind: 'served', url, vercelToken: sandbox.vercel.classicToken, classes },
  bitbucketToken: sandbox.bitbucket.workspaceAccessToken,
  ...{ teamId: history.scope.teamId, projectId: history.sites[0]?.projectId ?? '' },
  ...{ since: history.scope.since, until: history.scope.until, pipelines: history.pipelines.size },
  ...{ deployments: history.deployments.length, events: history.events.length },
});

let [seen, cpu] = [0, process.cpuUsage()];
process.on('message', () => {
  const used = process.cpuUsage(cpu);
  tell({ kind: 'looked', requests: sandbox.journal.length - seen, cpuMs: (used.user + used.system) / 1000 });
  [seen, cpu] = [sandbox.journal.length, process.cpuUsage()];
});
process.on('disconnect', () => void served.close());

function tell(said: AuditServed | AuditLooked): void {
  process.send?.(said);
}
