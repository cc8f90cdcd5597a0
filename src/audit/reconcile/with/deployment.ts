import type { RecordLine, SeenDeployment, SeenRecord } from '../../types.ts';
import type { Case } from '../case.ts';
import { short, utc, weigh, word, type Said } from '../say.ts';
import type { World } from '../types.ts';
import { compareCreator } from './creator.ts';
import { goneDeployment } from './gone.ts';
import { contradictsService } from './serving.ts';

/** What the record says against what Vercel lists. */
export function sameDeployment(of: Case, { facts }: SeenRecord, world: World): Said {
  const { deployment } = of;
  if (!deployment) return goneDeployment(of, facts, world);
  const made = facts.deployment;
  const differing = [
    ...compare('team', facts.teamId, world.scope.teamId),
    ...compare('project', facts.projectId, deployment.projectId),
    ...compareTarget(facts, deployment),
    ...compare('created', made?.createdAt, deployment.createdAt, utc),
    ...compare('address', plainUrl(made?.url), plainUrl(deployment.url)),
    ...compareLinks(of, facts),
    ...compareCreator(facts, deployment.creatorType, deployment.creatorName),
    // Of what an earlier run had made, the end of that run tells.
    ...(tookOver(made?.origin) ? [] : contradictsService(of, facts, world)),
  ];
  const found = `Team, project, target ${word(deployment.target)}, time ${utc(deployment.createdAt)} and intent are the record's.`;
  return weigh('deployment', { differing, absent: absences(of, facts, world), found });
}

/** What would have to be there to say that all is well. */
function absences(of: Case, facts: RecordLine, world: World): readonly string[] {
  const { hop, deployment: made } = facts;
  const absent: string[] = [];
  if (made?.createdAt === undefined) absent.push('The record does not say when the deployment was created.');
  if (hop === 'vercel' && of.deployment?.creatorType === undefined)
    absent.push('Vercel does not say what kind its creator is.');
  if (makerIntent(facts) === undefined) {
    absent.push('The record does not name the intent that the deployment was made from.');
  }
  if (of.deployment?.readySubstate === 'PROMOTED' && facts.target !== 'production') {
    const [gap] = world.gaps('events');
    if (gap !== undefined) absent.push(`It has served production, and the event history is not whole: ${gap}`);
  }
  return absent;
}

function compare<T extends string | number>(
  what: string,
  said: T | undefined,
  got: T | undefined,
  write: (value: T) => string = word,
): readonly string[] {
  if (said === undefined || got === undefined || said === got) return [];
  return [`The record says ${what} ${write(said)}, Vercel says ${write(got)}.`];
}

/** A project's first deployment becomes production, whatever was asked for. */
function compareTarget({ target, deployment: made }: RecordLine, deployment: SeenDeployment): readonly string[] {
  if (target !== deployment.target) {
    const became = made?.target === deployment.target ? ', as the record says itself' : '';
    return [`The record was to deploy to ${word(target)}, Vercel made it ${word(deployment.target)}${became}.`];
  }
  return compare('target', made?.target, deployment.target);
}

/** Which intent must be in `meta`: its own, or for what was taken over the one of the run that made it. */
function makerIntent({ deployment: made, intentDigest }: RecordLine): string | undefined {
  return tookOver(made?.origin) ? made?.originIntentDigest : intentDigest;
}

/** Which record `meta` names is no more than a name; the intent's digest is what binds the two. */
function compareLinks({ meta }: Case, facts: RecordLine): readonly string[] {
  const intent = makerIntent(facts);
  if (intent === undefined || intent === meta.intent) return [];
  const got = meta.intent === undefined ? 'none' : short(meta.intent);
  return [`The record says intent ${short(intent)}, the deployment's meta says ${got}.`];
}

export function tookOver(origin: string | undefined): boolean {
  return origin === 'adopted' || origin === 'deduplicated';
}

function plainUrl(url: string | undefined): string | undefined {
  const plain = url?.replace(/^https?:\/\//, '').replace(/\/$/, '');
  return plain === '' ? undefined : plain;
}
