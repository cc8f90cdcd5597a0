import type { SeenRecord } from '../../types.ts';
import type { Case } from '../case.ts';
import { bad, fine, sentence, word, type Said } from '../say.ts';
import type { World } from '../types.ts';
import { tookOver } from './deployment.ts';

/** One record made one deployment. To take over what another record made, and to say so, is a link and no claim. */
export function onlyClaim(of: Case, record: SeenRecord, world: World): Said {
  const { facts, file } = record;
  const creators = new Map<string, SeenRecord>();
  for (const maker of of.makers)
    if (maker.facts.deployment?.origin === 'created') creators.set(maker.facts.recordId, maker);
  const reasons: string[] = [];
  if (creators.size > 1) {
    const names = [...creators.values()].map((maker) => word(maker.file)).join(' and ');
    reasons.push(`${String(creators.size)} records say that they made it: ${names}.`);
  }
  for (const maker of of.makers) {
    const other = otherDeployment(of.id, maker, world);
    if (other !== undefined) reasons.push(other);
  }
  const [first, ...rest] = reasons;
  if (first !== undefined) return bad('record', 'DUPLICATE_CLAIM', [first, ...rest]);
  const { origin, originRecordId } = facts.deployment ?? {};
  const from = tookOver(origin) && originRecordId !== undefined ? `, made by record ${word(originRecordId)}` : '';
  const outcome = facts.outcome === undefined ? '' : `, outcome ${word(facts.outcome)}`;
  return fine(
    'record',
    sentence(`${word(file)}: deploy${outcome}${origin === undefined ? '' : `, ${word(origin)}${from}`}`),
  );
}

function otherDeployment(id: string, { facts }: SeenRecord, world: World): string | undefined {
  const { origin, originRecordId } = facts.deployment ?? {};
  if (origin === 'created') {
    const other = world
      .resultsOf(facts.recordId)
      .find((link) => link.origin === 'created' && isOther(link.deploymentId, id));
    return (
      other && `Record ${word(facts.recordId)} says that it made ${word(other.deploymentId)} too (${word(other.file)}).`
    );
  }
  if (!tookOver(origin) || originRecordId === undefined) return undefined;
  const links = world.resultsOf(originRecordId).filter(({ deploymentId }) => deploymentId !== undefined);
  const [first] = links;
  if (!first || links.some(({ deploymentId }) => deploymentId === id)) return undefined;
  return `It was taken over as made by record ${word(originRecordId)}, which is about ${word(first.deploymentId)}.`;
}

function isOther(deploymentId: string | undefined, id: string): boolean {
  return deploymentId !== undefined && deploymentId !== id;
}
