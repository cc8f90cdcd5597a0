import { PipeError } from '../errors.ts';
import type { ApiDoor } from '../exchange/types.ts';
import type { VerifiedIdentity } from '../identity/types.ts';
import { judgeAccess, policyWarnings } from '../policy/index.ts';
import type { Grant } from '../policy/types.ts';
import type { Secret } from '../secret.ts';
import { createKeySigner } from '../signing/index.ts';
import type { Signer } from '../signing/types.ts';
import { askBitbucket } from './ask-bitbucket.ts';
import { authorize, identify } from './authorize.ts';
import { keepForRun, obtainCredential } from './credential.ts';
import { describePolicy, describeSigners } from './opening.ts';
import { prepareWho } from './prepare.ts';
import type { Run } from './run.ts';
import { openSigner } from './signers.ts';
import { startStory, type Story } from './story.ts';
import { takeBackAll } from './take-back.ts';

const SHORT_DIGEST = 16;

/** What an audit reads with, and signs with. */
export interface AuditAccess {
  readonly door: ApiDoor;
  /** A token that lives. */
  bearer(): Promise<Secret>;
  /** Undefined where there is no key: then nothing is signed. */
  readonly signer: Signer | undefined;
  /** Of the auditing step; undefined outside one. */
  readonly identity: VerifiedIdentity | undefined;
  /** Of these projects, those that the audit may not look into. */
  findUncovered(projectIds: readonly string[]): readonly string[];
  /** Takes back what was made for it. */
  close(): Promise<void>;
}

/**
 * In a step the audit reads by the step's own identity, under a grant that allows audit; elsewhere by VERCEL_TOKEN, and
 * signs with SIGNING_KEY where there is one.
 * @throws {PipeError} as a deploy's identity, policy and exchange do; `TOKEN_MISSING`.
 */
export async function openAuditAccess(run: Run): Promise<AuditAccess> {
  const { config } = run;
  if (config.stepToken) return openOfStep(run);
  if (config.vercelToken) return openOfPerson(run, config.vercelToken);
  throw new PipeError({
    code: 'TOKEN_MISSING',
    message: 'Nothing opens Vercel to this audit.',
    got: 'neither BITBUCKET_STEP_OIDC_TOKEN nor VERCEL_TOKEN',
    wanted: "a step with oidc: and a grant that allows audit; or, outside a pipeline, an auditor's own VERCEL_TOKEN",
    fix: 'See docs/audit.md: the step, its grant and its credentials.',
  });
}

/**
 * The signing half of it, for who signs without reading anything.
 * @throws {PipeError} as {@link openAuditAccess} does; `TOKEN_MISSING` where there is nothing to sign with.
 */
export async function openAuditSigner(
  run: Run,
): Promise<Pick<AuditAccess, 'identity' | 'close'> & { readonly signer: Signer }> {
  const { config } = run;
  const opened = config.stepToken
    ? await openOfStep(run)
    : { signer: config.signingKey && createKeySigner(config.signingKey), identity: undefined, close: nothing };
  const { signer, identity } = opened;
  if (signer) return { signer, identity, close: () => opened.close() };
  throw new PipeError({
    code: 'TOKEN_MISSING',
    message: 'There is nothing to sign with.',
    got: 'neither BITBUCKET_STEP_OIDC_TOKEN nor SIGNING_KEY',
    wanted: "a step with oidc: and a grant that allows audit; or, outside a pipeline, an auditor's own SIGNING_KEY",
    fix: 'See docs/audit.md.',
  });
}

const nothing = (): Promise<void> => Promise.resolve();

function openOfPerson({ config }: Run, token: Secret): AuditAccess {
  return {
    door: { url: config.apiUrl, authorization: 'bearer' },
    bearer: () => Promise.resolve(token),
    signer: config.signingKey ? createKeySigner(config.signingKey) : undefined,
    identity: undefined,
    findUncovered: () => [],
    close: nothing,
  };
}

async function openOfStep(run: Run): Promise<AuditAccess> {
  const story = startStory();
  const close = (): Promise<void> => takeBackAll(run, story);
  try {
    return { ...(await gain(run, story)), close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function gain(run: Run, story: Story): Promise<Omit<AuditAccess, 'close'>> {
  const { platform } = run;
  const who = await prepareWho(run);
  story.policy = who.policy;
  story.policyOrigin = who.origin;
  for (const line of [describePolicy(who.policy, who.origin, SHORT_DIGEST), describeSigners(run.config, who.policy)]) {
    platform.log.info(line);
  }
  for (const warning of who.policy ? policyWarnings(who.policy, run.startedAt) : []) platform.log.warn(warning);
  const identity = await identify(run, who.expected, who.keys);
  story.identity = identity;
  const asked = askBitbucket(run, story, identity);
  const grant = await authorize(run, story, identity, asked, 'audit');
  // A deploy reads here what Vercel has set for the project: an audit has no use for it.
  const credential = await obtainCredential(run, story, grant, () => undefined);
  const signer = await openSigner(run, story, grant, who.keySigner);
  await asked;
  const keeper = keepForRun(run, story, grant, credential);
  story.keeper = keeper;
  return {
    door: credential.door,
    bearer: () => keeper.bearer(),
    signer,
    identity,
    findUncovered: (projectIds) => projectIds.filter((projectId) => !covers(story, identity, grant, projectId)),
  };
}

/** Whether the grant that let the audit begin lets it look into this project, too. */
function covers({ policy }: Story, { claims }: VerifiedIdentity, grant: Grant, projectId: string): boolean {
  const verdict = judgeAccess(policy, claims, { ...grant.request, projectId });
  return 'grant' in verdict && verdict.grant.id === grant.id;
}
