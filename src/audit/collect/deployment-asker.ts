import { bareAddress } from '../address.ts';
import type { Spool } from '../spool/index.ts';
import type { Asked, SeenDeployment } from '../types.ts';
import { askVercel } from './ask-vercel.ts';
import { createTroubles } from './troubles.ts';
import { toDeployment } from './to-deployment.ts';
import { ASKED, type DeploymentAsker, type VercelDeps } from './types.ts';

/** Beyond it the answer is `unknown`: an event history that names so many others is not read one by one. */
const MAX_QUESTIONS = 2000;
const NEEDS = 'to read deployments of the team';

/** `GET /v13/deployments/{id or host name}`. A deployment that is gone (404, 410) is `absent`. */
export async function createDeploymentAsker(
  teamId: string,
  deps: VercelDeps,
  spool: Spool,
  signal: AbortSignal,
): Promise<DeploymentAsker> {
  const answers = await spool.answers<Asked<SeenDeployment>>(ASKED.deployments);
  const troubles = createTroubles();
  const ask = async (id: string): Promise<Asked<SeenDeployment>> => {
    if (answers.size >= MAX_QUESTIONS) {
      return { unknown: `More than ${String(MAX_QUESTIONS)} deployments would have to be asked for one by one.` };
    }
    const question = {
      path: `/v13/deployments/${encodeURIComponent(id)}`,
      query: {},
      what: 'a deployment',
      needs: NEEDS,
    };
    const answer = await troubles.guard(() => askVercel(deps, teamId, question, signal));
    if ('unknown' in answer) return answer;
    if ('refused' in answer) return [404, 410].includes(answer.status) ? { absent: true } : { unknown: answer.refused };
    const found = toDeployment(answer.body);
    // A name that points at it is not its own address: it may have pointed elsewhere at the time of the event.
    const isIt = found && [found.id, found.url && bareAddress(found.url)].includes(id);
    return isIt ? { found } : { unknown: 'Vercel told of another deployment than it was asked for.' };
  };
  const tryDeployment = async (id: string): Promise<Asked<SeenDeployment>> => {
    const known = await answers.get(id);
    if (known) return known;
    const answer = await ask(id);
    if ('unknown' in answer) return answer;
    await answers.keep(id, answer);
    // Who asked by its address asks by its id next.
    if ('found' in answer && answer.found.id !== id) await answers.keep(answer.found.id, answer);
    return answer;
  };
  return {
    tryDeployment,
    askDeployment: async (id) => {
      const answer = await tryDeployment(id);
      if ('unknown' in answer) troubles.count(answer.unknown);
      return answer;
    },
    miss: (reason) => troubles.count(reason),
    missing: () => troubles.sentences(),
    hasEnded: () => troubles.hasEnded(),
    flush: () => answers.flush(),
  };
}
