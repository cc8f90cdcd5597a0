import { PipeError } from '../errors.ts';
import { readServerError, type HttpReply } from '../http/index.ts';
import { isJson } from './json.ts';
import { findOwn, MAYBE_MADE, readAgain, type LookupDeps, type Sought } from './lookup.ts';
import { toRefusal, toUncertain, type Asked } from './refusals.ts';
import { readReport, type Report } from './report.ts';
import type { CreateBody, CreateQuery } from './vercel-api.ts';

/** With an unknown outcome each, and nothing found after any of them. */
const MAX_CREATES = 3;

const ASKED: Asked = {
  did: 'create the deployment',
  wanted: 'a new deployment',
  aftermath: MAYBE_MADE,
};

/** What came of a create: the deployment, or the SHA-1 digests of the contents that Vercel lacks. */
export type CreateAnswer = { readonly report: Report } | { readonly missing: readonly string[] };

/**
 * Creates the deployment, once. Where the outcome is unknown (no answer, or a server's error), the deployment is looked
 * for before the create is repeated, and taken if it is there.
 * @throws {PipeError} in the words of what Vercel refused.
 */
export async function createOnce(
  deps: LookupDeps,
  body: CreateBody,
  query: CreateQuery,
  sought: Sought,
  signal: AbortSignal,
): Promise<CreateAnswer> {
  for (let attempt = 1; ; attempt += 1) {
    const outcome = await ask(deps, body, query, signal);
    if ('reply' in outcome) return readAnswer(outcome.reply);
    const { unknown } = outcome;
    deps.log.warn(`${unknown.message} It may have been made all the same: looking for it. Got: ${String(unknown.got)}`);
    const found = await findOwn(deps, sought, signal);
    if (found) {
      deps.log.info(`${found.deployment.id} was made, only the answer was lost: going on with it.`);
      return { report: await readAgain(deps.api, found, signal, MAYBE_MADE) };
    }
    if (attempt === MAX_CREATES) throw unknown;
    deps.log.info('It was not made: creating it again.');
  }
}

/** Whether a deployment may have been made all the same: a gateway may answer in its own words, whatever came of it. */
export function isUnclear({ status, body }: HttpReply): boolean {
  return status === 408 || status >= 500 || (status >= 200 && status < 300 && !readReport(body));
}

/** The reply, or the error where nobody knows whether a deployment was made. */
async function ask(
  { api }: LookupDeps,
  body: CreateBody,
  query: CreateQuery,
  signal: AbortSignal,
): Promise<{ readonly reply: HttpReply } | { readonly unknown: PipeError }> {
  try {
    const reply = await api.create(body, query, signal);
    // Every other refusal is an answer: nothing was made.
    return isUnclear(reply) ? { unknown: toRefusal(reply, ASKED) } : { reply };
  } catch (error) {
    const known = toUncertain(error, ASKED);
    if (known instanceof PipeError && known.code === 'NETWORK') return { unknown: known };
    throw known;
  }
}

function readAnswer(reply: HttpReply): CreateAnswer {
  const missing = readMissing(reply);
  if (missing) return { missing };
  const report = reply.status < 300 ? readReport(reply.body) : undefined;
  if (!report) throw toRefusal(reply, ASKED);
  return { report };
}

/** SHA-1 digests that Vercel asks for; undefined where it does not. */
function readMissing(reply: HttpReply): readonly string[] | undefined {
  if (reply.status !== 400 || readServerError(reply).code !== 'missing_files') return undefined;
  const { error, missing: atTop } = reply.body as Record<string, unknown>;
  const missing = (isJson(error) ? error['missing'] : undefined) ?? atTop;
  const digests = Array.isArray(missing) ? missing.filter((digest) => typeof digest === 'string') : [];
  if (digests.length === 0) throw toRefusal(reply, ASKED);
  return [...new Set(digests)];
}
