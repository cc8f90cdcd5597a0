import type { ExitStatus, PipeError } from '../errors.ts';
import { policyWarnings } from '../policy/index.ts';
import type { Grant } from '../policy/types.ts';
import type { Signer } from '../signing/types.ts';
import { askBitbucket } from './ask-bitbucket.ts';
import { authorize, identify } from './authorize.ts';
import { checkProject, obtainCredential } from './credential.ts';
import { offerIssuerKeys } from './doctor-keys.ts';
import { tellClaims, tellCredential, tellInputs, tellPlan, tellTargets, tellUnverified } from './doctor-tell.ts';
import { tellLive } from './doctor-live.ts';
import { tellFailure } from './failure.ts';
import { gatherInputs, settle, type Gathered } from './prepare.ts';
import { toPipeError, type Run } from './run.ts';
import { openSigner } from './signers.ts';
import { startStory, type Story } from './story.ts';
import { takeBackAll } from './take-back.ts';

const PROBE = new TextEncoder().encode('vercel-oidc-deploy: COMMAND: doctor. This is no record.');

/** What went wrong, in the order in which a deploy would meet it. */
interface Examination {
  readonly run: Run;
  readonly story: Story;
  readonly findings: PipeError[];
}

/**
 * `COMMAND: doctor`: everything that a deploy does up to the exchange and its proof, and nothing after it. A deploy ends
 * at its first failure; this goes on with whatever can still be looked at, and ends with the status that a deploy would.
 */
export async function runDoctor(run: Run): Promise<ExitStatus> {
  const story = startStory();
  const examination: Examination = { run, story, findings: [] };
  try {
    await examine(examination);
  } catch (error) {
    report(examination, toPipeError(error, run));
  }
  await takeBackAll(run, story);
  return summarize(examination);
}

async function examine(examination: Examination): Promise<void> {
  const { run, story } = examination;
  const inputs = await gatherInputs(run, story.work.signal);
  const { policy, keys, expected, keySigner, signers } = inputs;
  for (const { failure } of [policy, keys, keySigner, signers, inputs.output, inputs.facts, expected]) {
    if (failure) report(examination, failure);
  }
  tellWarnings(run, inputs);
  tellInputs(run, inputs);
  story.policy = policy.value?.policy;
  story.policyOrigin = policy.value?.origin;

  const who = expected.value;
  if (who) {
    const known = keys.value ?? [];
    const identity = await attempt(examination, 'identity', () => identify(run, who, known));
    if (identity) {
      story.identity = identity;
      tellClaims(run, identity);
    } else {
      tellUnverified(run);
    }
    await attempt(examination, "the issuer's keys", () => offerIssuerKeys(run, inputs, who.issuers));
  } else {
    skip(run, 'identity', 'it is not known which issuer to expect');
    tellUnverified(run);
  }
  await examineAccess(examination, inputs);
  if (run.config.after.doctorLive) await tellLive(run, story.identity, story.credential);
}

async function examineAccess(examination: Examination, inputs: Gathered): Promise<void> {
  const { run, story } = examination;
  const { identity } = story;
  if (!identity || !inputs.policy.value) {
    skip(run, 'policy and exchange', identity ? 'the policy cannot be read' : 'the identity is not proved');
    return;
  }
  const asked = askBitbucket(run, story, identity);
  const grant = await attempt(examination, 'policy', () => authorize(run, story, identity, asked));
  await asked;
  if (story.policy) tellTargets(run, story.policy);
  if (!grant) {
    skip(run, 'exchange', 'no grant allows it');
    return;
  }
  await attempt(examination, 'exchange', () => obtainCredential(run, story, grant));
  const { credential } = story;
  if (credential) {
    await attempt(examination, 'project', () => {
      checkProject(run, credential);
      return Promise.resolve();
    });
    tellCredential(run, credential, story.exchanges);
  }
  const signer = await trySigner(examination, grant, inputs.keySigner);
  const manifest = await attempt(examination, 'output', async () => inputs.output.value?.manifest);
  tellPlan(run, inputs, { manifest, credential: story.credential, signer });
}

/** A key that may be read need not be one that may sign. */
async function trySigner(
  examination: Examination,
  grant: Grant,
  { value: keySigner, failure }: Gathered['keySigner'],
): Promise<Signer | undefined> {
  // What is wrong with SIGNING_KEY was told.
  if (grant.signer === 'key' && failure) return undefined;
  return attempt(examination, 'signer', async () => {
    const signer = await openSigner(examination.run, examination.story, grant, keySigner);
    await signer.sign(PROBE);
    return signer;
  });
}

/** A check whose failure does not end the examination; a stop and a deadline do. */
async function attempt<T>(examination: Examination, what: string, work: () => Promise<T>): Promise<T | undefined> {
  const { value, failure } = await settle(work);
  examination.run.signal.throwIfAborted();
  if (failure) report(examination, failure);
  examination.run.platform.log.debug(`doctor: ${what}: ${failure ? 'failed' : 'done'}`);
  return value;
}

function report({ run, findings }: Examination, failure: PipeError): void {
  // One cause can end several looks: the issuer's keys are wanted to check the token, and to be kept.
  if (findings.some(({ code, message }) => code === failure.code && message === failure.message)) return;
  findings.push(failure);
  tellFailure(run.platform.log, failure);
}

function skip({ platform }: Run, what: string, why: string): void {
  platform.log.warn(`Not looked at: ${what}, because ${why}.`);
}

function tellWarnings({ platform, startedAt }: Run, { policy, output, facts }: Gathered): void {
  const { policy: inForce } = policy.value ?? {};
  const ofPolicy = inForce ? policyWarnings(inForce, startedAt) : [];
  const ofInputs = [...(output.value?.plan.warnings ?? []), ...(facts.value?.warnings ?? [])];
  for (const warning of [...ofInputs, ...ofPolicy]) platform.log.warn(warning);
}

/** A deploy ends with the status of its first failure, so this does too; a stop goes before everything. */
function summarize({ run, findings }: Examination): ExitStatus {
  const { log } = run.platform;
  const first = run.stop.aborted ? findings.at(-1) : findings[0];
  if (!first) {
    log.info('Doctor: all is well. Nothing was deployed; COMMAND: deploy would go on from here.');
    return 0;
  }
  const count = findings.length === 1 ? 'one thing stands' : `${String(findings.length)} things stand`;
  const list = findings.map(({ code, message }) => `\n  - ${code}: ${message}`).join('');
  const status = `A deploy would end with status ${String(first.exitStatus)}, and so does this.`;
  log.error(`Doctor: ${count} in the way of a deploy. ${status}${list}`, { code: first.code });
  return first.exitStatus;
}
