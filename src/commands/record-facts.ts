import type { Deployed } from '../deploy/index.ts';
import type { PipeError } from '../errors.ts';
import { buildStatement, type Origin, type Outcome, type Phase, type Statement } from '../record/index.ts';
import { redact } from '../secret.ts';
import type { Signer } from '../signing/types.ts';
import { nameTarget } from '../variables/index.ts';
import { VERSION } from '../version.ts';
import { META_INTENT, META_RECORD, readRecordId } from './meta.ts';
import type { Run } from './run.ts';
import type { Story } from './story.ts';

/** The statement about this run, from everything that is known by now. */
export function describeRun(
  run: Run,
  story: Story,
  signer: Signer,
  phase: Phase,
  outcome: Outcome | undefined,
): Statement {
  const { config, platform, recordId, startedAt } = run;
  const { identity, policy, policyOrigin, pipeline, grant, denial, credential, exchanges } = story;
  const { manifest, intent, deployment, deployed, origin, context, deployedAt } = story;
  if (!identity) throw new Error('a record without an identity');
  return buildStatement({
    ...{ recordId, phase, outcome, identity, pipeline, grant, denial, credential, exchanges, manifest, deployment },
    ...{ signer, startedAt, context, deployedAt },
    action: story.action,
    actsOn: story.actsOn,
    cleanup: story.cleanup,
    pulled: story.pulled,
    smoke: story.smoke,
    intentDigest: intent?.payloadDigest,
    sandbox: config.sandbox || identity.issuer.startsWith('http://'),
    build: config.build,
    teamId: config.teamId,
    projectId: config.projectId,
    target: nameTarget(config.target),
    policyDigest: policy?.digest,
    policySource: policyOrigin,
    ending: deployed?.ending,
    origin: origin && toOrigin(origin),
    upload: deployed?.upload,
    producerVersion: VERSION,
    signedAt: platform.clock.now(),
  });
}

/** What an older deployment says of the record that it was made from. */
function toOrigin(origin: Deployed['origin']): Origin {
  const meta = origin.kind === 'created' ? {} : origin.meta;
  const digest = meta[META_INTENT];
  return {
    kind: origin.kind,
    recordId: readRecordId(meta[META_RECORD]),
    intentDigest: digest !== undefined && /^[0-9a-f]{64}$/.test(digest) ? digest : undefined,
  };
}

export function toOutcome(story: Story, failure: PipeError | undefined): Outcome {
  if (!failure) return { status: nameSuccess(story.deployed), exitStatus: 0 };
  const { code, message, got, exitStatus } = failure;
  const text = redact(got === undefined ? message : `${message} Got: ${got}`);
  return { status: nameEnd(exitStatus, hasActed(story)), exitStatus, code, message: text };
}

function nameSuccess(deployed: Story['deployed']): Outcome['status'] {
  if (!deployed) return 'done';
  return deployed.origin.kind === 'created' ? 'deployed' : 'adopted';
}

/** Whether something is, or may be, another way on Vercel than before: what is refused afterwards does not undo it. */
function hasActed({ deployment, isCreateOpen, mayHaveMoved, cleanup = [] }: Story): boolean {
  const hasRemoved = cleanup.some(
    ({ act, outcome }) => act !== 'note' && (outcome === 'done' || outcome === 'unknown'),
  );
  return deployment !== undefined || isCreateOpen === true || mayHaveMoved === true || hasRemoved;
}

function nameEnd(status: PipeError['exitStatus'], acted: boolean): Outcome['status'] {
  if (status === 5 && !acted) return 'denied';
  return status === 130 || status === 143 ? 'interrupted' : 'failed';
}

/** Notes on a run that failed before there was anything to sign with. */
export function describeFailure({ config, recordId, startedAt }: Run, failure: PipeError): string {
  const notes = {
    note: 'Unsigned notes on a run that failed before an identity was verified. This is not a record.',
    recordId,
    startedAt: new Date(startedAt).toISOString(),
    code: failure.code,
    exitStatus: failure.exitStatus,
    description: failure.describe(),
    projectId: config.projectId,
    target: nameTarget(config.target),
    asserted: config.build,
    version: VERSION,
  };
  return redact(`${JSON.stringify(notes, undefined, 2)}\n`);
}
