import { PipeError } from '../../errors.ts';
import {
  digestTrust,
  follow,
  isClaimedStamped,
  judgeAgain,
  parseLoosely,
  readClaimedBundle,
  readProvedBundle,
  verifyRecord,
  type Proved,
  type VerifiedRecord,
} from '../../record/index.ts';
import type { RecordVerdict, SeenRecord } from '../types.ts';
import { toRecordLine } from './line.ts';
import type { Opened } from './opened.ts';
import type { CheckpointEntry, ReadRecordsOptions } from './types.ts';

/** A record that was looked at, and where it holds what it says in full. */
export interface Judgement {
  readonly seen: SeenRecord;
  readonly proved?: Proved;
  /** Of an intent: the deployment of the result that it was compared with, and does not contradict. */
  readonly pairedWith?: string | undefined;
  /** Of what does not hold. */
  readonly predicateType?: unknown;
}

export type Judging = Pick<ReadRecordsOptions, 'trust' | 'now' | 'allowSandbox' | 'previous'>;

/**
 * Judges a record by itself. Where the file's own name says something else than the record, it is refused as `verify`
 * does.
 * @param intent what stands beside a result
 */
export function judgeRecord(opened: Opened, judging: Judging, intent?: Opened): Judgement {
  try {
    return carry(opened, judging, intent) ?? prove(opened, judging, intent);
  } catch (error) {
    if (!(error instanceof PipeError)) throw error;
    return refuse(opened, error);
  }
}

/** What the previous checkpoint has proved by the same trust. */
export function findCarried(
  { digest, bytes }: Opened,
  { previous, trust }: Judging,
): { readonly entry: CheckpointEntry; readonly proved: Proved } | undefined {
  const entry = previous?.list.find(digest);
  const proved = entry && readProvedBundle(bytes);
  return proved && digestTrust(proved, trust) === entry.trust ? { entry, proved } : undefined;
}

function prove(opened: Opened, judging: Judging, intent: Opened | undefined): Judgement {
  const { trust, now } = judging;
  // A sandbox's is told apart below: nothing is wrong with it, and it proves nothing.
  const options = { now, allowSandbox: true };
  const alone = verifyRecord(opened.text, trust, options);
  const raising = intent && alone.assurance === 'held-token' && mayRaise(intent, judging);
  const verified = raising ? raise(opened, intent, alone, judging) : alone;
  const { statement, payloadDigest, keyId, timestamp, assurance } = verified;
  const proved = { statement, payloadDigest, keyId, stamped: verified.stamped === true };
  const time = timestamp && { timestampAt: timestamp.at };
  return accept(opened, proved, { ...base(proved, judging), assurance, ...time }, judging);
}

/** By an intent with a timestamp in the token's life, which is proved in full for it. A bad one raises nothing. */
function raise({ text }: Opened, intent: Opened, alone: VerifiedRecord, { trust, now }: Judging): VerifiedRecord {
  try {
    return verifyRecord(text, trust, { now, allowSandbox: true, intentText: intent.text });
  } catch (error) {
    if (error instanceof PipeError) return alone;
    throw error;
  }
}

function mayRaise({ text }: Opened, { trust }: Judging): boolean {
  return trust.authorities !== undefined && isClaimedStamped(text);
}

/** Undefined where the previous checkpoint does not have it, or it is to be proved anew. */
function carry(opened: Opened, judging: Judging, intent?: Opened): Judgement | undefined {
  const known = findCarried(opened, judging);
  if (!known) return undefined;
  const { entry, proved } = known;
  if (entry.phase === 'result' && hangsOnIntent(entry, judging, intent)) return undefined;
  const { timestampAt, assurance } = entry;
  judgeAgain(proved, judging.trust, { provenAt: timestampAt, now: judging.now });
  const time = timestampAt === undefined ? {} : { timestampAt };
  return accept(
    opened,
    proved,
    { ...base(proved, judging), assurance: assurance as VerifiedRecord['assurance'], ...time, carried: true },
    judging,
  );
}

/** Whether the assurance is, or may now be, that of an intent with a timestamp. */
function hangsOnIntent({ assurance, timestampAt }: CheckpointEntry, judging: Judging, intent?: Opened): boolean {
  if (assurance === 'timed') return timestampAt === undefined;
  return assurance === 'held-token' && intent !== undefined && mayRaise(intent, judging);
}

export type Verified = Extract<RecordVerdict, { readonly state: 'verified' }>;

export function base(proved: Proved, { trust }: Judging): Pick<Verified, 'state' | 'keyId' | 'trust'> {
  // There is trust that has proved it.
  return { state: 'verified', keyId: proved.keyId, trust: digestTrust(proved, trust) ?? '' };
}

export function accept(opened: Opened, proved: Proved, verdict: Verified, { allowSandbox }: Judging): Judgement {
  const { name, digest, phase } = opened;
  const facts = toRecordLine(proved.statement, phase);
  if (phase !== undefined && phase !== facts.phase) throw misnamed(phase, facts.phase);
  const known = { file: name, digest, payloadDigest: proved.payloadDigest, facts };
  if (facts.sandbox && !allowSandbox) return { seen: { ...known, verdict: SANDBOX } };
  return { seen: { ...known, verdict }, proved };
}

const SANDBOX: RecordVerdict = {
  state: 'unchecked',
  code: 'RECORD_INVALID',
  reason: 'The record comes from a sandbox: its issuer or API was a loopback address. It proves no deployment.',
};

function misnamed(named: string, phase: string): PipeError {
  return new PipeError({
    code: 'RECORD_INVALID',
    message: 'The record is not what its file is named as.',
    got: `a record of phase ${phase}, in a file that is named as ${named}`,
    wanted: 'the name that the run gave it',
  });
}

/** What it claims is told: it leads to the deployment that it is about. */
export function refuse({ name, digest, text, phase }: Opened, error: PipeError): Judgement {
  const claimed = readClaimedBundle(text);
  const { statement, payloadDigest = '' } = claimed ?? { statement: parseLoosely(text) };
  const state = error.exitStatus === 3 ? 'unchecked' : 'refused';
  const verdict = { state, code: error.code, reason: tell(error) } as const;
  const seen = { file: name, digest, payloadDigest, verdict, facts: toRecordLine(statement, phase) };
  return { seen, predicateType: follow(statement, 'predicateType') };
}

function tell({ message, got, wanted, faults }: PipeError): string {
  const details = [
    ...(faults[0] === undefined ? [] : [faults[0]]),
    ...(got === undefined ? [] : [`Got: ${got}.`]),
    ...(wanted === undefined ? [] : [`Wanted: ${wanted}.`]),
  ];
  return [message, ...details].join(' ');
}
