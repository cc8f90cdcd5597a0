import { principalOf } from '../deploys.ts';
import type { DraftDeployment, DraftEvent } from '../drafts.ts';
import { SECOND, someTime, type Life, type Site } from '../life.ts';

export interface Stranger {
  readonly site: Site;
  readonly deployment: DraftDeployment;
  readonly event: DraftEvent;
}

export interface StrangerOptions {
  readonly source?: string | undefined;
  readonly target?: string;
  readonly at?: number;
  readonly site?: Site;
  readonly meta?: Readonly<Record<string, string>>;
}

/** A deployment that was not made by the pipe. It is known at once; what its row is, the scene says. */
export function strange(life: Life, options: StrangerOptions = {}): Stranger {
  const { random } = life;
  const site = options.site ?? random.pick(life.sites);
  const person = random.pick(life.people);
  const [createdAt, target] = [options.at ?? someTime(life), options.target ?? random.pick(['preview', 'production'])];
  const id = `dpl_${random.word(24)}`;
  const deployment: DraftDeployment = {
    ...{ id, url: `https://${site.projectName}-${random.word(9).toLowerCase()}-acme.vercel.app` },
    ...{ projectId: site.projectId, createdAt, readyAt: createdAt + 40 * SECOND, readyState: 'READY', target },
    ...(target === 'production' ? { readySubstate: 'PROMOTED' } : {}),
    ...(options.source === undefined ? {} : { source: options.source }),
    ...{ creatorType: 'user', creatorId: person.vercelId, creatorName: person.name, meta: { ...options.meta } },
  };
  const event: DraftEvent = {
    ...{ id: `uev_${random.word(20)}`, type: 'deployment', at: createdAt + random.whole(0, 300) },
    ...principalOf(life, deployment),
    ...{ deploymentId: id, projectId: site.projectId, requestId: random.word(12) },
    ...(random.chance(0.5) ? { tokenId: `tok_${random.word(16)}` } : {}),
  };
  life.deployments.push(deployment);
  life.events.push(event);
  return { site, deployment, event };
}
