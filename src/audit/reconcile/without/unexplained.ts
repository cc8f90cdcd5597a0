import type { Case } from '../case.ts';
import { fittingIntent } from '../links.ts';
import { bad, lacking, word, type Said } from '../say.ts';
import type { World } from '../types.ts';

/** How most of what has no record comes about, by Vercel's word on it (best effort, as its documentation says). */
const SOURCES: ReadonlyMap<string, string> = new Map([
  ['git', 'Vercel built it from a push (source git): its Git connection deploys beside the pipe'],
  ['cli', 'it was deployed by the Vercel CLI or as one (source cli)'],
  ['api-trigger-git-deploy', 'it was started by the API from Git (source api-trigger-git-deploy)'],
  ['git-deploy-hook', 'a deploy hook made it (source git-deploy-hook)'],
  ['drop', 'it was dropped into the dashboard (source drop)'],
  ['v0-web', 'v0 made it (source v0-web)'],
  ['import', 'it was made when the project was imported (source import)'],
  ['import/repo', 'it was made when the project was imported (source import/repo)'],
  ['clone/repo', 'it was made when a repository was cloned (source clone/repo)'],
]);

/** Nothing explains it. Where not all records could be read, not even that can be said. */
export function unexplained(of: Case, world: World): Said {
  const [gap] = world.gaps('records');
  if (gap !== undefined) return lacking('record', `No record that was read names it, and not all were read: ${gap}`);
  const { source } = of.deployment ?? {};
  const how = source === undefined ? undefined : (SOURCES.get(source) ?? `source ${word(source)}`);
  const named = nameOfMeta(of, world);
  const { objection } = fittingIntent(of, world);
  const more = [named, objection].filter((text) => text !== undefined);
  return bad('record', 'UNEXPLAINED', [`No record names it${how === undefined ? '' : `: ${how}`}.`, ...more]);
}

function nameOfMeta({ meta: { recordId } }: Case, world: World): string | undefined {
  if (recordId === undefined || world.resultsOf(recordId).length > 0) return undefined;
  return `Its meta names record ${recordId}, and there is no result of it.`;
}
