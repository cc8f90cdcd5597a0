import type { SeenEvent, SeenRecord } from '../../types.ts';
import { createdAtOf, isKeyless, type Case } from '../case.ts';
import { bad, fine, GRACE_MS, lacking, none, utc, type Said } from '../say.ts';
import { askStep } from '../step-times.ts';
import type { World } from '../types.ts';
import { tookOver } from './deployment.ts';
import { stepOfAct } from './step.ts';

/** By which clock a keyless record was there while its step's token lived. */
export function timedBy(of: Case, record: SeenRecord): 'timestamp' | 'vercel' | undefined {
  const { verdict, facts } = record;
  if (verdict.state !== 'verified') return undefined;
  if (verdict.timestampAt !== undefined && verdict.assurance !== 'held-token') return 'timestamp';
  const { intentDigest, tokenIssuedAt, tokenExpiresAt, deployment: made } = facts;
  const createdAt = createdAtOf(of);
  if (createdAt === undefined || intentDigest === undefined || tookOver(made?.origin)) return undefined;
  const inLife = createdAt >= tokenIssuedAt && createdAt <= tokenExpiresAt;
  return inLife && of.meta.intent === intentDigest ? 'vercel' : undefined;
}

/** A token that leaked can sign for ever: without a clock that is not the signer's, a keyless record may be of any day. */
export function inTime(of: Case, record: SeenRecord): Said {
  const by = timedBy(of, record);
  const { verdict, facts } = record;
  const { tokenIssuedAt, tokenExpiresAt } = facts;
  const life = `${utc(tokenIssuedAt)} to ${utc(tokenExpiresAt)}`;
  if (verdict.state === 'verified' && by === 'timestamp' && verdict.timestampAt !== undefined) {
    return fine('time', `A trusted authority has timed the signature: ${utc(verdict.timestampAt)}.`);
  }
  if (verdict.state === 'verified' && verdict.assurance === 'timed')
    return fine('time', 'Timed, as verification says.');
  if (by === 'vercel') return fine('time', `Vercel had the intent's digest while the token lived, ${life}.`);
  if (!isKeyless(record)) return none('time', 'The key does not hang on a time.');
  if (!of.deployment && of.meta.intent === undefined) {
    return lacking('time', "No trusted timestamp, and what Vercel's clock says of it cannot be read any more.");
  }
  const createdAt = createdAtOf(of);
  const created =
    createdAt === undefined ? 'Vercel does not show when it was created' : `Vercel created it at ${utc(createdAt)}`;
  const intent = of.meta.intent !== undefined && of.meta.intent === facts.intentDigest ? 'names' : 'does not name';
  return bad('time', 'UNTIMED', [
    `No trusted timestamp, and Vercel's clock does not show it: the token lived from ${life}, ${created}, and its meta ${intent} the record's intent.`,
  ]);
}

/**
 * The same of an act that has no deployment whose `meta` could bind it: Vercel's clock must show that the token lived when
 * it was done. A timestamp says when it was signed, and nothing of when what it tells of was done.
 */
export function actInTime({ at }: SeenEvent, record: SeenRecord): Said {
  if (!isKeyless(record)) return none('time', 'The key does not hang on a time.');
  const { tokenIssuedAt, tokenExpiresAt } = record.facts;
  const life = `from ${utc(tokenIssuedAt)} to ${utc(tokenExpiresAt)}`;
  const inLife = at >= tokenIssuedAt - GRACE_MS && at <= tokenExpiresAt + GRACE_MS;
  if (inLife) return fine('time', `Vercel has written it at ${utc(at)}, while the token lived, ${life}.`);
  return bad('time', 'UNTIMED', [`Vercel has written it at ${utc(at)}, and the record's token lived ${life}.`]);
}

/**
 * The same of what a deploy did in passing: until when it ran is its signer's word alone. A run can go on after its token
 * has ended, by a credential of Vercel's that lives longer: then Bitbucket's clock has to show that its step went on.
 */
export function passingInTime(event: SeenEvent, record: SeenRecord, world: World): Said {
  const said = actInTime(event, record);
  if (!isPastToken(event, record)) return said;
  const { state, found } = askStep(stepOfAct(event, record), world);
  if (state === 'ran') return fine('time', `Vercel has written it after the token's end. ${found}`);
  return state === 'open' ? lacking('time', `Vercel has written it after the token's end. ${found}`) : said;
}

export function isPastToken({ at }: SeenEvent, record: SeenRecord): boolean {
  return isKeyless(record) && at > record.facts.tokenExpiresAt + GRACE_MS;
}
