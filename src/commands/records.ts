import { PipeError } from '../errors.ts';
import {
  manifestFileName,
  recordFileName,
  signRecord,
  type Outcome,
  type Phase,
  type SignedRecord,
} from '../record/index.ts';
import type { Signer } from '../signing/types.ts';
import { requestTimestamp } from '../timestamp/index.ts';
import { baseName, lastWords, openFolder } from './homes.ts';
import { queue, sendAtEnd, sendIntentAhead, sendParcels, type Parcel } from './parcels.ts';
import { describeFailure, describeRun, toOutcome } from './record-facts.ts';
import { stage, toPipeError, type Run } from './run.ts';
import { createKeyless } from './signers.ts';
import type { Story } from './story.ts';

/** Writes the manifest, where there is one; it can go on beside what the intent still waits for. */
export function keepManifest(run: Run, story: Story): Promise<void> {
  const { manifest } = story;
  if (!manifest) return Promise.resolve();
  const kept = keep(run, story, 'manifest', manifestFileName(baseName(run)), manifest.json).then(() => undefined);
  // Awaited later; until then a rejection must not end the process.
  kept.catch(() => undefined);
  return kept;
}

/**
 * Signs what is about to be done, and writes it with the manifest, before anything is created. It is sent to the store,
 * where there is one. Where the grant requires a store or a time, it is stored, and bears one, before this is done.
 */
export async function writeIntent(
  run: Run,
  story: Story,
  manifestKept: Promise<void> = keepManifest(run, story),
): Promise<SignedRecord> {
  const { signer, grant } = story;
  if (!signer || !story.identity || !grant) throw new Error('an intent without signer or grant');
  const { record, untimed } = await sign(run, story, signer, 'intent', undefined);
  if (untimed && grant.require.timestamp === true) throw untimed;
  await manifestKept;
  const name = recordFileName(baseName(run), 'intent');
  const path = await openFolder(run).write(name, record.bundleJson);
  // From now on there is an intent, and the result must name it, whatever becomes of storing it.
  story.intent = record;
  queue(run, story, 'intent', name, record.bundleJson);
  run.platform.log.debug(`intent ${record.payloadDigest} in ${path}`);
  if (grant.require.store === true) await sendParcels(run, story, run.signal);
  else await sendIntentAhead(run, story);
  return record;
}

/**
 * Signs, writes and stores how the run ended: live, denied, failed or stopped. Before an identity is verified there is
 * nothing to vouch for; such a run leaves an unsigned `diagnostic.json`, which is no record.
 * @returns why it is not as it should be; the run's own end stays what it was. Of several reasons the first, and the
 * others are told.
 */
export async function writeOutcome(
  run: Run,
  story: Story,
  failure: PipeError | undefined,
): Promise<PipeError | undefined> {
  if (!story.identity) return writeNotes(run, failure);
  const errors: PipeError[] = [];
  let untimed: PipeError | undefined;
  const work = async (): Promise<Outcome> => {
    const outcome = toOutcome(story, failure);
    const signed = await signOutcome(run, story, outcome);
    if (story.grant?.require.timestamp === true) untimed = signed.untimed;
    const path = await keep(run, story, 'result', recordFileName(baseName(run), 'result'), signed.record.bundleJson);
    story.record = { path, digest: signed.record.payloadDigest };
    return outcome;
  };
  // What fails here keeps nothing else from the store: a full disk or a key's service that is down is no reason to lose
  // the intent, or a result that is signed.
  for (const part of [
    () => stage(run, 'record', work, ({ status }) => `signed, with the outcome "${status}"`),
    () => sendAtEnd(run, story, failure),
  ]) {
    try {
      await part();
    } catch (error) {
      errors.push(toPipeError(error, run));
    }
  }
  const [first, ...others] = [...errors, ...(untimed ? [untimed] : [])];
  for (const { code, message, got, faults } of others) {
    run.platform.log.warn([`${code}: ${message}`, got, ...faults].filter((part) => part !== undefined).join(' '));
  }
  return first;
}

/** @returns why they could not be written. */
async function writeNotes(run: Run, failure: PipeError | undefined): Promise<PipeError | undefined> {
  if (!failure) return undefined;
  try {
    const path = await openFolder(run).replace('diagnostic.json', describeFailure(run, failure));
    run.platform.log.info(`Nothing to sign: no identity was verified. Unsigned notes: ${path}`);
    return undefined;
  } catch (error) {
    return toPipeError(error, run);
  }
}

/** Writes a file beside the others of this run. It waits for the lasting home also where the folder refuses it. */
function keep(run: Run, story: Story, kind: Parcel['kind'], name: string, text: string): Promise<string> {
  queue(run, story, kind, name, text);
  return openFolder(run).write(name, text);
}

/**
 * By the key of the intent. A run that ended before there was one (a denial, a key's service that does not answer or
 * does not sign) has the step's own token left: its failure is signed by an ephemeral key.
 */
async function signOutcome(run: Run, story: Story, outcome: Outcome): Promise<Signed> {
  const { signer, intent } = story;
  if (!signer) return sign(run, story, createKeyless(run, story), 'result', outcome);
  try {
    return await sign(run, story, signer, 'result', outcome);
  } catch (error) {
    if (intent || !(error instanceof PipeError)) throw error;
    return sign(run, story, createKeyless(run, story), 'result', outcome);
  }
}

interface Signed {
  readonly record: SignedRecord;
  /** Why it bears no time although one was asked for. */
  readonly untimed: PipeError | undefined;
}

async function sign(
  run: Run,
  story: Story,
  signer: Signer,
  phase: Phase,
  outcome: Outcome | undefined,
): Promise<Signed> {
  const { config, platform, http } = run;
  const { timestampUrl: url } = config;
  let untimed: PipeError | undefined;
  const askTime = async (signature: Uint8Array): Promise<Uint8Array | undefined> => {
    if (url === undefined) return undefined;
    try {
      const signal = phase === 'intent' ? run.signal : lastWords(run, story);
      return await requestTimestamp(signature, { http, clock: platform.clock, log: platform.log, url }, signal);
    } catch (error) {
      if (!(error instanceof PipeError)) throw error;
      untimed = error;
      if (story.grant?.require.timestamp !== true) {
        platform.log.warn(`The ${phase} bears no time of a third party. ${error.message} ${error.got ?? ''}`.trim());
      }
      return undefined;
    }
  };
  const record = await signRecord(describeRun(run, story, signer, phase, outcome), signer, askTime);
  return { record, untimed };
}
