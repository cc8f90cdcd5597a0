import type { Deployed } from '../deploy/index.ts';
import type { PipeError } from '../errors.ts';
import {
  buildStatement,
  recordBaseName,
  signRecord,
  type Origin,
  type Outcome,
  type Phase,
  type SignedRecord,
} from '../record/index.ts';
import { redact } from '../secret.ts';
import type { Signer } from '../signing/types.ts';
import { createFolderStore, type FolderStore } from '../store/index.ts';
import { nameTarget } from '../variables/index.ts';
import { VERSION } from '../version.ts';
import { META_INTENT, META_RECORD } from './meta.ts';
import { toPipeError, type Run } from './run.ts';
import type { Story } from './story.ts';

/** Signs what is about to be done, and writes it with the manifest, before anything is created. */
export async function writeIntent(run: Run, story: Story): Promise<SignedRecord> {
  if (!story.signer || !story.identity || !story.manifest) throw new Error('an intent without signer or manifest');
  const record = await sign(run, story, story.signer, 'intent', undefined);
  const store = openStore(run);
  await store.write(`${baseName(run)}.manifest.json`, story.manifest.json);
  const path = await store.write(`${baseName(run)}.intent.sigstore.json`, record.bundleJson);
  run.platform.log.debug(`intent ${record.payloadDigest} in ${path}`);
  return record;
}

/**
 * Signs and writes how the run ended: live, denied, failed or stopped. Before an identity is verified there is nothing
 * to vouch for; such a run leaves an unsigned `diagnostic.json`, which is no record.
 * @returns why it could not be written; the run's own end stays what it was.
 */
export async function writeOutcome(
  run: Run,
  story: Story,
  failure: PipeError | undefined,
): Promise<PipeError | undefined> {
  try {
    const { log } = run.platform;
    if (story.signer && story.identity) {
      const record = await sign(run, story, story.signer, 'result', toOutcome(story, failure));
      const path = await openStore(run).write(`${baseName(run)}.result.sigstore.json`, record.bundleJson);
      log.info(`Record:  ${path}`, { recordId: run.recordId });
    } else if (failure) {
      const path = await openStore(run).replace('diagnostic.json', describeFailure(run, failure));
      log.info(`Nothing to sign: no identity was verified. Unsigned notes: ${path}`);
    }
    return undefined;
  } catch (error) {
    return toPipeError(error, run);
  }
}

function sign(
  run: Run,
  story: Story,
  signer: Signer,
  phase: Phase,
  outcome: Outcome | undefined,
): Promise<SignedRecord> {
  const { config, platform, recordId, startedAt } = run;
  const { identity, policy, policyOrigin, pipeline, grant, denial, credential, exchanges } = story;
  const { manifest, intent, deployment, deployed } = story;
  if (!identity) throw new Error('a record without an identity');
  const statement = buildStatement({
    recordId,
    phase,
    action: 'deploy',
    intentDigest: intent?.payloadDigest,
    outcome,
    sandbox: config.sandbox || identity.issuer.startsWith('http://'),
    identity,
    build: config.build,
    teamId: config.teamId,
    projectId: config.projectId,
    target: nameTarget(config.target),
    pipeline,
    policyDigest: policy?.digest,
    policySource: policyOrigin,
    grant,
    denial,
    credential,
    exchanges,
    manifest,
    deployment,
    ending: deployed?.ending,
    origin: deployed && toOrigin(deployed.origin),
    upload: deployed?.upload,
    producerVersion: VERSION,
    signer,
    startedAt,
    signedAt: platform.clock.now(),
  });
  return signRecord(statement, signer);
}

/** What an older deployment says of the record that it was made from. */
function toOrigin(origin: Deployed['origin']): Origin {
  const meta = origin.kind === 'created' ? {} : origin.meta;
  const digest = meta[META_INTENT];
  return {
    kind: origin.kind,
    recordId: meta[META_RECORD],
    intentDigest: digest !== undefined && /^[0-9a-f]{64}$/.test(digest) ? digest : undefined,
  };
}

function toOutcome({ deployed }: Story, failure: PipeError | undefined): Outcome {
  if (!failure) return { status: deployed?.origin.kind === 'created' ? 'deployed' : 'adopted', exitStatus: 0 };
  const { code, message, got, exitStatus } = failure;
  const text = redact(got === undefined ? message : `${message} Got: ${got}`);
  return { status: nameEnd(exitStatus), exitStatus, code, message: text };
}

function nameEnd(status: PipeError['exitStatus']): Outcome['status'] {
  if (status === 5) return 'denied';
  return status === 130 || status === 143 ? 'interrupted' : 'failed';
}

function describeFailure({ config, recordId, startedAt }: Run, failure: PipeError): string {
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

function openStore({ config, platform }: Run): FolderStore {
  return createFolderStore(platform.files, config.cloneDir, config.recordDir);
}

/** From the start's time, so that intent, result and manifest stand side by side. */
function baseName({ config, recordId, startedAt }: Run): string {
  return recordBaseName({ at: startedAt, project: config.projectId, target: nameTarget(config.target), recordId });
}
