import { show } from '../text.ts';
import { refuseToken, type Fields } from './token.ts';
import type { VerifiedIdentity } from './types.ts';

/** How far the clock here may be behind the issuer's. */
const SKEW_SECONDS = 60;
/** The exchange comes next, and other clocks judge there. */
const MIN_LEFT_SECONDS = 60;
/** A token that lives longer than any step is not one of a step. */
const MAX_LIFE_SECONDS = 24 * 60 * 60;
const UUID = /^(?:\{[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/i;

/** `aud` as a list. It must contain the wanted audience; Bitbucket adds that one to its own. */
export function checkAudience(aud: unknown, wanted: string): readonly string[] {
  const list: readonly unknown[] = Array.isArray(aud) ? aud : [aud];
  if (list.every((item) => typeof item === 'string') && list.includes(wanted)) return list;
  const fix = tellAudienceLines(wanted);
  throw refuseToken('is meant for another audience', `aud ${show(aud)}`, `aud with ${show(wanted)}`, fix);
}

export function tellAudienceLines(audience: string): string {
  return `Add to the step in bitbucket-pipelines.yml:\noidc:\n  audiences: ['${audience}']`;
}

/**
 * `iat`, `exp` and `nbf` against the clock, `now` in milliseconds. The skew makes no token live longer: one that ends
 * within it is refused with those that have too little life left for the exchange.
 */
export function checkTimes({ iat, exp, nbf }: Fields, now: number): Pick<VerifiedIdentity, 'issuedAt' | 'expiresAt'> {
  const [issued, ends] = [readTime('iat', iat), readTime('exp', exp)];
  const begins = Math.max(issued, readTime('nbf', nbf ?? iat));
  const [life, seconds] = [ends - issued, now / 1000];
  const here = `${toIso(seconds)}, the time here`;
  if (life <= 0) throw refuseToken('ends before it begins', `a life of ${String(life)} seconds`, 'exp after iat');
  if (life > MAX_LIFE_SECONDS) throw refuseToken('lives too long', `${String(life)} seconds`, 'at most 24 hours');
  if (begins > seconds + SKEW_SECONDS) throw refuseToken('is from the future', `from ${toIso(begins)}`, `by ${here}`);
  const left = ends - seconds;
  const late = left <= 0 ? 'has expired' : 'expires too soon for the exchange';
  if (left < MIN_LEFT_SECONDS) throw refuseToken(late, `exp ${toIso(ends)}`, `a minute or more after ${here}`, LATE);
  return { issuedAt: issued * 1000, expiresAt: ends * 1000 };
}

const LATE = 'A step gets one token, when it starts: run the pipe early in it, or build elsewhere, in a step before.';

/** Up to the year 9999: beyond it dates cannot be written. */
function readTime(name: string, value: unknown): number {
  if (typeof value === 'number' && value >= 0 && value <= 253_402_300_799) return value;
  throw refuseToken(`has no usable ${name}`, `${name} ${show(value)}`, 'a number: seconds since 1970');
}

function toIso(seconds: number): string {
  return new Date(seconds * 1000).toISOString();
}

/** What is wrong with the claims that every token of a step has, and with the types of those that it may have. */
export function findClaimFaults(claims: Fields): readonly string[] {
  const isThere = (name: string): boolean => claims[name] !== undefined && claims[name] !== null;
  const pipeline = ['pipelineUuid', 'pipelineRunUuid'].filter(isThere);
  const uuids = ['workspaceUuid', 'repositoryUuid', 'stepUuid', ...(pipeline.length > 0 ? pipeline : ['pipelineUuid'])];
  const texts = ['deploymentEnvironmentUuid', 'deploymentEnvironment', 'branchName'].filter(isThere);
  const tell = (name: string, wanted: string): string => `claim ${name}: got ${show(claims[name])}; wanted ${wanted}`;
  const isUuid = (value: unknown): boolean => typeof value === 'string' && UUID.test(value);
  return [
    ...uuids.filter((name) => !isUuid(claims[name])).map((name) => tell(name, 'a UUID')),
    ...texts.filter((name) => typeof claims[name] !== 'string').map((name) => tell(name, 'a text')),
  ];
}

/** The claims that are texts, by name. Without a prototype: `constructor` is a claim, or it is absent. */
export function pickTexts(claims: Fields): Readonly<Record<string, string>> {
  const texts = Object.create(null) as Record<string, string>;
  for (const [name, value] of Object.entries(claims)) if (typeof value === 'string') texts[name] = value;
  return texts;
}
