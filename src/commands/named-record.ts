import type { Report } from '../deploy/index.ts';
import { fromStrictBase64, sha256Hex } from '../digest.ts';
import { PipeError } from '../errors.ts';
import { follow, parseLoosely } from '../record/index.ts';
import { show } from '../text.ts';
import { resolveInside } from '../variables/index.ts';
import { META_INTENT, META_RECORD, readRecordId } from './meta.ts';
import { requireInside } from './read-policy.ts';
import type { Run } from './run.ts';

export const MAX_RECORD_BYTES = 1024 * 1024;

/** A record's file in the clone, and what it says of a deployment. Its signature was not looked at. */
export interface NamedRecord {
  /** Absolute. */
  readonly path: string;
  readonly text: string;
  readonly phase: string;
  readonly action: string;
  /** Undefined in an intent to deploy. */
  readonly deploymentId: string | undefined;
  /** Which intent made the deployment, hex, and of which record; undefined where it does not say. */
  readonly intentDigest: string;
  readonly recordId: string | undefined;
}

/**
 * Reads what a record in the clone says.
 * @throws {PipeError} `VARIABLES_INVALID` for a path that leads elsewhere; `RECORD_INVALID` for what is no record.
 */
export async function readNamedRecord(run: Run, given: string): Promise<NamedRecord> {
  const { cloneDir } = run.config;
  const path = resolveInside(cloneDir, cloneDir, given);
  if (path === undefined) throw misplaced(given, `a path inside the clone (${cloneDir})`);
  const text = await readInClone(run, path);
  if (text === undefined) throw misplaced(given, 'the file of a record: is it among the artifacts of this step?');
  const payload = readPayload(text);
  const predicate = follow(parseLoosely(payload), 'predicate');
  const [phase, action] = [word(follow(predicate, 'phase')), word(follow(predicate, 'action'))];
  const vercel = follow(predicate, 'vercel');
  const about = { ...describeDeploy(predicate, vercel), ...(action === 'deploy' ? {} : describeAct(vercel)) };
  const intentDigest = phase === 'intent' && action === 'deploy' ? sha256Hex(payload) : about.intentDigest;
  if (phase === undefined || action === undefined || intentDigest === undefined) {
    throw new PipeError({
      code: 'RECORD_INVALID',
      message: 'The file that DEPLOYMENT names is no record of a deployment.',
      got: given,
      wanted: 'the intent or the result of a deploy, a promote or a rollback',
    });
  }
  return { ...about, path, text, phase, action, intentDigest };
}

/** Undefined where nothing is there. No link in the clone may lead the reading out of it. */
export async function readInClone(run: Run, path: string): Promise<string | undefined> {
  await requireInside(run, 'DEPLOYMENT', path);
  try {
    const bytes = await run.platform.files.read(path, MAX_RECORD_BYTES);
    return bytes && new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes);
  } catch (error) {
    const { code } = error as { readonly code?: unknown };
    if (error instanceof PipeError || typeof code !== 'string') throw error;
    throw misplaced(path, `a file to read (${code})`);
  }
}

/**
 * Whether the deployment says of itself what the record says of it. Whoever may deploy can write the same: it finds what
 * belongs together, and proves nothing.
 * @throws {PipeError} `RECORD_INVALID`.
 */
export function matchMeta({ path, recordId, intentDigest }: NamedRecord, { deployment, meta }: Report): void {
  const named = readRecordId(meta[META_RECORD]);
  const sameRecord = recordId === undefined || named === recordId;
  if (meta[META_INTENT] === intentDigest && sameRecord) return;
  throw new PipeError({
    code: 'RECORD_INVALID',
    message: `${deployment.id} was not made by the record that DEPLOYMENT names.`,
    got: `${deployment.id} names record ${named ?? 'none'}, intent ${show(meta[META_INTENT] ?? 'none')}`,
    wanted: `record ${show(recordId ?? 'any')}, intent ${show(intentDigest)} (${path})`,
    fix: 'Name the deployment by its id, or by its own record.',
  });
}

type About = Pick<NamedRecord, 'deploymentId' | 'recordId'> & { readonly intentDigest: string | undefined };

/** Of a deploy that took an older deployment, the record that made that one. */
function describeDeploy(predicate: unknown, vercel: unknown): About {
  const origin = follow(vercel, 'deployment', 'origin');
  const adopted = word(follow(origin, 'intentDigest', 'sha256'));
  return {
    deploymentId: word(follow(vercel, 'deployment', 'id')),
    recordId: adopted === undefined ? word(follow(predicate, 'recordId')) : word(follow(origin, 'recordId')),
    intentDigest: adopted ?? word(follow(predicate, 'intent', 'digest', 'sha256')),
  };
}

/** Of a promote or a rollback, the record of what it was about. */
function describeAct(vercel: unknown): About {
  return {
    deploymentId: word(follow(vercel, 'actsOn', 'deploymentId')),
    recordId: word(follow(vercel, 'actsOn', 'recordId')),
    intentDigest: word(follow(vercel, 'actsOn', 'digest', 'sha256')),
  };
}

function readPayload(text: string): Uint8Array {
  const payload = follow(parseLoosely(text), 'dsseEnvelope', 'payload');
  return (typeof payload === 'string' ? fromStrictBase64(payload) : undefined) ?? new Uint8Array();
}

/** What of a record may be compared, shown or asked for. */
function word(value: unknown): string | undefined {
  return typeof value === 'string' && /^[A-Za-z0-9_-]{1,128}$/.test(value) ? value : undefined;
}

function misplaced(got: string, wanted: string): PipeError {
  const message = 'DEPLOYMENT names a record that cannot be read.';
  return new PipeError({ code: 'VARIABLES_INVALID', message, got, wanted, fix: 'Correct DEPLOYMENT.' });
}
