import { PipeError, type ErrorCode } from '../errors.ts';
import { cleanText, describeReply, isWebPage, readServerError, type HttpReply } from '../http/index.ts';
import { isJson } from './json.ts';
import { describeLimit, sayWhen } from './refusal-limits.ts';
import { fixFor, SEAT_FIX } from './refusal-fixes.ts';

/** What was asked of Vercel, in words that continue "Vercel did not …" and "wanted: …". */
export interface Asked {
  readonly did: string;
  readonly wanted: string;
  /** What may have happened although no good answer came; empty where nothing can have. */
  readonly aftermath: string;
  /** What holds whatever the answer is: the reader must know it before anything else. Ends with a space. */
  readonly standing?: string;
}

/** An answer that is no success, as the error that says what to change. */
export function toRefusal(reply: HttpReply, { did, wanted, aftermath, standing = '' }: Asked): PipeError {
  const { code, fix } = judgeRefusal(reply, aftermath);
  return new PipeError({
    code,
    message: `Vercel did not ${did}.`,
    got: describeUnwanted(reply),
    wanted,
    fix: `${standing}${fix}`,
  });
}

const MAX_NAMES = 5;
const MAX_NAME = 40;

/** Of a success that brings something else, what that is, too: its names and not its values, which may be secrets. */
function describeUnwanted(reply: HttpReply): string {
  const { status, body } = reply;
  const said = describeReply(reply);
  if (status < 200 || status > 299 || isWebPage(reply)) return said;
  if (Array.isArray(body)) return `${said}, and a list of ${String(body.length)}`;
  if (!isJson(body)) return `${said}, and no JSON object`;
  const names = Object.keys(body);
  const first = names.slice(0, MAX_NAMES).map((name) => cleanText(name, MAX_NAME));
  const shown = first.length === 0 ? 'is empty' : `has ${first.join(', ')}`;
  return `${said}, and an object that ${shown}${names.length > MAX_NAMES ? ', …' : ''}`;
}

interface Refusal {
  readonly code: ErrorCode;
  readonly fix: string;
}

function judgeRefusal(reply: HttpReply, aftermath: string): Refusal {
  const { status } = reply;
  if (status === 401) {
    const fix = 'The credential expired or was revoked during the run. Run the step again.';
    return { code: 'CREDENTIAL_INVALID', fix };
  }
  if (status === 429) return { code: 'RATE_LIMITED', fix: describeLimit(reply) };
  if (status === 408 || status === 425 || status >= 500 || status < 400) {
    const when = sayWhen(reply) ?? '';
    const fix = `${aftermath}See vercel-status.com, then run the step again${when === '' ? '' : ` ${when}`}.`;
    return { code: 'SERVICE_FAILED', fix };
  }
  if (status === 403) return { code: 'DENIED_BY_VERCEL', fix: describeDenial(reply) };
  const { code, message } = readServerError(reply);
  if (namesAuthor(code, message)) return { code: 'REQUEST_REJECTED', fix: SEAT_FIX };
  return { code: 'REQUEST_REJECTED', fix: fixFor(code, status) ?? LOOK };
}

/** The client's own word that no answer came, where that leaves open what happened. */
export function toUncertain(error: unknown, { did, aftermath, standing = '' }: Asked): unknown {
  if (!(error instanceof PipeError) || error.code !== 'NETWORK') return error;
  const { code, got, wanted, fix } = error;
  return new PipeError({
    code,
    message: `Vercel gave no answer when it was asked to ${did}.`,
    ...(got === undefined ? {} : { got }),
    ...(wanted === undefined ? {} : { wanted }),
    fix: `${standing}${aftermath}${fix ?? ''}`,
  });
}

const LOOK = "Vercel's words above say what it refuses; change that, then run the step again.";
const POLICY_DENIES =
  'The Deployment Policy of the team or project (Settings, Security) refuses this source for this environment: let an owner allow the source `rest-api`, and `cli`, as which an exchanged token may count. Do not run the step again before.';
const TOKEN_DENIES =
  "The token may not do this. Check that the team's OIDC policy lists this project and allows deploying; a stored token must be one of this team, or of this project.";

/** A denial by policy, by a seat, by the domain's owner, or by the token's own scope: each is mended elsewhere. */
function describeDenial(reply: HttpReply): string {
  const { code, message } = readServerError(reply);
  if (/deployment[ _-]?polic/i.test(`${code} ${message}`)) return POLICY_DENIES;
  if (namesAuthor(code, message)) return SEAT_FIX;
  return fixFor(code, reply.status) ?? TOKEN_DENIES;
}

function namesAuthor(code: string, message: string): boolean {
  return /^(?:COMMIT_AUTHOR_REQUIRED|TEAM_ACCESS_REQUIRED)$/i.test(code) || /\b(?:git|commit) author\b/i.test(message);
}
