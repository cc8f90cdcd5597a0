import { show } from '../text.ts';
import { refuseToken } from './refuse.ts';
import type { Fields } from './token.ts';
import type { VerifiedIdentity } from './types.ts';

/** How far the clocks of issuer and step may differ, either way. */
const SKEW_SECONDS = 60;
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
 * `iat`, `exp` and `nbf` against the clock, `now` in milliseconds. Within the skew an expired token still counts: our
 * clock may be the wrong one, and the exchange judges again. So too little life left is a warning, not an error.
 */
export function checkTimes({ iat, exp, nbf }: Fields, now: number): Times {
  const seconds = now / 1000;
  if (!isTime(iat)) throw refuseToken('has no usable iat', `iat ${show(iat)}`, 'a number: seconds since 1970');
  if (!isTime(exp)) throw refuseToken('has no usable exp', `exp ${show(exp)}`, 'a number: seconds since 1970');
  const begins = nbf ?? iat;
  if (!isTime(begins)) throw refuseToken('has no usable nbf', `nbf ${show(nbf)}`, 'a number: seconds since 1970');
  const life = exp - iat;
  if (life <= 0)
    throw refuseToken('ends before it begins', `iat ${tellTime(iat)}, exp ${tellTime(exp)}`, 'exp after iat');
  if (life > MAX_LIFE_SECONDS) throw refuseToken('lives too long', `${String(life)} seconds`, 'at most 24 hours');
  const here = `${tellTime(seconds)}, the time here`;
  const from = Math.max(iat, begins);
  if (from > seconds + SKEW_SECONDS)
    throw refuseToken('is from the future', `valid from ${tellTime(from)}`, `by ${here}`);
  if (exp <= seconds - SKEW_SECONDS) throw refuseToken('has expired', `exp ${tellTime(exp)}`, `after ${here}`, LATE);
  const left = Math.floor(exp - seconds);
  const late = `The OIDC token expires in ${String(left)} seconds; the exchange may refuse it. ${LATE}`;
  return { issuedAt: iat * 1000, expiresAt: exp * 1000, warnings: left < SKEW_SECONDS ? [late] : [] };
}

/** Times in milliseconds since 1970. */
type Times = Pick<VerifiedIdentity, 'issuedAt' | 'expiresAt' | 'warnings'>;

const LATE =
  'A step gets one token, when it starts: run the pipe early in it, or in a step of its own, and build elsewhere.';

/** Up to the year 9999: beyond it dates cannot be written. */
function isTime(value: unknown): value is number {
  return typeof value === 'number' && value >= 0 && value <= 253_402_300_799;
}

function tellTime(seconds: number): string {
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
