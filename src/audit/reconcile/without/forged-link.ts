import { show } from '../../../text.ts';
import { createdAtOf, type Case } from '../case.ts';
import { isCopy, provingIntent, stepQuestion } from '../links.ts';
import { bad, fine, none, unseen, type Said } from '../say.ts';
import { askPipeline, askStep } from '../step-times.ts';
import type { World } from '../types.ts';

/** `meta` names a build that Bitbucket does not know, or a step that did not run when the deployment was created. */
export function forgedLink(of: Case, world: World): Said {
  const { broken, pipeline } = of.meta;
  if (broken !== undefined) return forged(`Its meta has ${broken}, and nothing at Bitbucket has such an id.`);
  if (pipeline === undefined) return none('step', 'Its meta names no pipeline.');
  const at = createdAtOf(of);
  const answer = world.pipeline(pipeline);
  if ('absent' in answer) return forged(`Its meta names pipeline ${show(pipeline)}, and Bitbucket knows no such one.`);
  if ('unknown' in answer || at === undefined) {
    return unseen('step', `Pipeline ${pipeline} is not known: ${'unknown' in answer ? answer.unknown : 'no time'}`);
  }
  const bounds = askPipeline(answer.found, at, !isCopy(of, world));
  if (bounds.state === 'impossible') return forged(`Its meta names a build that can not have made it. ${bounds.found}`);
  const question = stepQuestion(of, world);
  if (!question) return none('step', 'Its meta names no step.');
  const { state, found } = askStep(question, world);
  if (state === 'ran') return fine('step', found);
  if (state === 'open') return unseen('step', found);
  // Of a step that was run again Bitbucket shows the last run alone. The token of the run before it is a proof.
  if (state === 'before' && provingIntent(of, world))
    return fine('step', `Its signed intent's token is older. ${found}`);
  return forged(`Its meta names a step that can not have made it. ${found}`);
}

function forged(reason: string): Said {
  return bad('step', 'FORGED_LINK', [reason]);
}
