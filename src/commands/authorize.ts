import { fetchIssuerKeys } from '../bitbucket/index.ts';
import { elapsedSince } from '../elapsed.ts';
import { PipeError } from '../errors.ts';
import { checkChain } from '../exchange/index.ts';
import { verifyIdentity } from '../identity/index.ts';
import type { PinnedKeys, VerifiedIdentity } from '../identity/types.ts';
import { decideAccess, explainGrant } from '../policy/index.ts';
import type { AccessRequest, Action, Denial, Grant, Policy } from '../policy/types.ts';
import type { RecordedAction } from '../record/types.ts';
import { nameTarget } from '../variables/index.ts';
import { actorOf, needsActor, type Asked } from './ask-bitbucket.ts';
import { exchangeInput } from './credential.ts';
import type { ExpectedIdentity } from './expect.ts';
import { refuseStranger } from './homes.ts';
import { stage, type Run } from './run.ts';
import { findWay, listSigners } from './signers.ts';
import type { Story } from './story.ts';

const UNPINNED =
  'The pinned keys hold none that signed this token, so the issuer was asked: they lack this issuer, or its keys have changed. Let COMMAND: doctor write the file anew.';

/** Who this step is, by its token. */
export function identify(run: Run, expected: ExpectedIdentity, keys: readonly PinnedKeys[]): Promise<VerifiedIdentity> {
  const { config, platform, http, signal } = run;
  const { clock, log } = platform;
  const input = { token: config.stepToken, build: config.build, keys, ...expected };
  return stage(
    run,
    'identity',
    () =>
      verifyIdentity(input, { fetchKeys: (issuer, until) => fetchIssuerKeys(http, issuer, until), clock, log }, signal),
    ({ repositoryUuid, stepUuid, issuer, keySource, warnings }) => {
      log.debug(`step ${stepUuid} of repository ${repositoryUuid}, proved by ${issuer}`);
      for (const warning of warnings) log.warn(warning);
      if (keys.length > 0 && keySource === 'fetched') log.warn(UNPINNED);
      return `step ${shorten(stepUuid)} of repository ${shorten(repositoryUuid)}, proved by ${new URL(issuer).host}`;
    },
  );
}

/** The beginning of a UUID: all of it stands in the record, and in what DEBUG and `doctor` print. */
function shorten(uuid: string): string {
  return `${uuid.replace('{', '').slice(0, 8)}…`;
}

/**
 * Whether this step may do what it was started for.
 * @throws {PipeError} `DENIED_BY_POLICY` with the table of what each grant wanted; `VARIABLES_INVALID` where the grant's
 * exchange and the variables disagree, or the store is none for this step's access token.
 */
export async function authorize(
  run: Run,
  story: Story,
  identity: VerifiedIdentity,
  asked: Asked,
  action: Action = toPolicyAction(story.action),
): Promise<Grant> {
  const { config, startedAt, platform } = run;
  const { policy } = story;
  if (needsActor(policy)) await asked;
  const decidedAt = platform.clock.now();
  const request: AccessRequest = {
    action,
    projectId: config.projectId,
    target: nameTarget(config.target),
    now: startedAt,
    signers: listSigners(config, policy),
    timestamp: config.timestampUrl !== undefined,
    store: config.store !== undefined,
    actor: actorOf(story.pipeline),
    exchange: config.exchange,
  };
  const verdict = decideAccess(policy, identity, request);
  if ('denial' in verdict) {
    story.denial = verdict.denial;
    // The run is over; its record should tell what Bitbucket said.
    await asked;
    throw await denied(verdict.denial, policy, identity, request, story);
  }
  const faults = checkChain(verdict.grant, exchangeInput(run), findWay(verdict.grant.signer, policy));
  if (faults.length > 0) {
    const message = 'Policy and variables disagree. Nothing was sent.';
    throw new PipeError({ code: 'VARIABLES_INVALID', message, faults });
  }
  refuseStranger(config, identity);
  platform.log.done('policy', explainGrant(verdict.grant), elapsedSince(platform.clock, decidedAt));
  return verdict.grant;
}

/** Whoever may deploy may tidy up after it, and see what a deployment is built with. */
function toPolicyAction(action: RecordedAction): Action {
  return action === 'cleanup' || action === 'pull' ? 'deploy' : action;
}

/** The denial as people read it: why, the table, what to change, and a grant to paste where one would help. */
async function denied(
  denial: Denial,
  policy: Policy | undefined,
  identity: VerifiedIdentity,
  request: AccessRequest,
  { pipeline }: Story,
): Promise<PipeError> {
  const silent = needsActor(policy) && pipeline && 'refusal' in pipeline ? [pipeline.refusal] : [];
  const paste = denial.suggest ? [await suggest(policy, identity, request, denial.nearestGrant)] : [];
  return new PipeError({
    code: 'DENIED_BY_POLICY',
    message: denial.reason,
    faults: [...denial.details, ...silent],
    fix: [denial.fix, ...paste].join('\n'),
  });
}

async function suggest(
  policy: Policy | undefined,
  identity: VerifiedIdentity,
  request: AccessRequest,
  nearest: string | undefined,
): Promise<string> {
  const { suggestGrant, suggestPolicy } = await import('../boundary/index.ts');
  if (!policy) return suggestPolicy(identity, request);
  const usual = policy.grants.find(({ id }) => id === nearest)?.exchange ?? Object.keys(policy.exchanges)[0];
  return suggestGrant(policy, usual ?? 'direct', identity, request);
}
