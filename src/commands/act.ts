import { createVercelApi } from '../deploy/index.ts';
import type { VercelApi } from '../deploy/vercel-api.ts';
import type { ExitStatus, PipeError } from '../errors.ts';
import type { Credential } from '../exchange/types.ts';
import { policyWarnings } from '../policy/index.ts';
import type { Grant } from '../policy/types.ts';
import type { RecordedAction } from '../record/types.ts';
import { gainAccess } from './access.ts';
import { keepForRun } from './credential.ts';
import { finishRun } from './finish.ts';
import { homeWarnings } from './homes.ts';
import { tellRules, tellTask } from './opening.ts';
import { prepareWho, type Who } from './prepare.ts';
import { writeIntent } from './records.ts';
import { toPipeError, type Run } from './run.ts';
import { startStory, type Story } from './story.ts';

/** What an action has by the time that it acts. */
export interface Acting {
  readonly run: Run;
  readonly story: Story;
  readonly who: Who;
  readonly grant: Grant;
  readonly credential: Credential;
  /** Vercel's API, with a token that is renewed while the step's own lives. */
  readonly api: VercelApi;
}

export interface Work<Found> {
  /** Finds what is to be acted on, and says so in `story.actsOn` or `story.deployment`: the intent names it. Writes nothing. */
  find(acting: Acting): Promise<Found>;
  /** Acts, and follows it to its end. The intent is signed, and stored where the grant requires it. */
  act(acting: Acting, found: Found): Promise<void>;
  /** False where nothing will be done on Vercel: then `act` only tells, and a run that ends well leaves no record. */
  leavesRecord?(found: Found): boolean;
}

/**
 * The order that every act on Vercel keeps, a deploy's but for the files: identity, policy, exchange, signed intent, the
 * act, signed result, revocation.
 */
export async function runAction<Found>(run: Run, action: RecordedAction, work: Work<Found>): Promise<ExitStatus> {
  const story = startStory(action);
  tellTask(run, action);
  const { failure, silent } = await attempt(run, story, work);
  story.work.abort();
  return finishRun(run, story, failure, silent);
}

interface Attempt {
  readonly failure?: PipeError;
  /** Nothing was done, so there is nothing to record. */
  readonly silent?: boolean;
}

async function attempt<Found>(run: Run, story: Story, work: Work<Found>): Promise<Attempt> {
  try {
    const acting = await begin(run, story);
    const found = await work.find(acting);
    const silent = work.leavesRecord?.(found) === false;
    if (!silent) story.intent = await writeIntent(run, story);
    await work.act(acting, found);
    if (story.actsOn || story.deployment) story.deployedAt = run.platform.clock.now();
    return { silent };
  } catch (error) {
    return { failure: toPipeError(error, run) };
  }
}

/** Who, by which grant, with which credential, and under whose signature. */
async function begin(run: Run, story: Story): Promise<Acting> {
  const { platform, http } = run;
  const who = await prepareWho(run);
  story.policy = who.policy;
  story.policyOrigin = who.origin;
  tellRules(run, who.policy, who.origin);
  const ofPolicy = who.policy ? policyWarnings(who.policy, run.startedAt) : [];
  for (const warning of [...homeWarnings(run.config), ...ofPolicy]) platform.log.warn(warning);

  const { grant, credential, asked } = await gainAccess(run, story, who);
  await asked;
  story.context = await story.reading;
  const keeper = keepForRun(run, story, grant, credential);
  story.keeper = keeper;
  const api = createVercelApi(http, credential.door, credential.project.teamId, () => keeper.bearer());
  return { run, story, who, grant, credential, api };
}
