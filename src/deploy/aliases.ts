import { PipeError } from '../errors.ts';
import { describeReply, readServerError, type HttpReply } from '../http/index.ts';
import type { Log } from '../platform/types.ts';
import { isJson } from './json.ts';
import { pageOf } from './judge.ts';
import { runPool } from './pool.ts';
import { fixFor } from './refusal-fixes.ts';
import { sayWhen } from './refusal-limits.ts';
import type { Deployment } from './types.ts';
import type { VercelApi } from './vercel-api.ts';

export { expandAliases } from './alias-names.ts';

const ASSIGNED_AT_ONCE = 4;

/**
 * Points these host names at the deployment, whatever they pointed at before.
 * @param onNamed gets the deployment with the names that it has by then, each time that one more is assigned: what points
 * at it must be known whatever becomes of the rest
 * @throws {PipeError} `ALIAS_FAILED` with every name that Vercel refused; the others are assigned all the same.
 */
export async function assignAliases(
  { api, log }: { readonly api: VercelApi; readonly log: Log },
  deployment: Deployment,
  names: readonly string[],
  signal: AbortSignal,
  onNamed: (deployment: Deployment) => void,
): Promise<void> {
  const refused = new Map<string, string>();
  const done = new Set<string>();
  // In the order given, whichever is answered first.
  const listDone = (): string[] => names.filter((name) => done.has(name));
  await runPool(names, ASSIGNED_AT_ONCE, signal, async (name, either) => {
    const fault = await assign(api, deployment, name, either);
    if (fault !== undefined) {
      refused.set(name, fault);
      return;
    }
    log.info(`https://${name} points at ${deployment.id}`);
    done.add(name);
    onNamed({ ...deployment, aliases: [...new Set([...deployment.aliases, ...listDone()])] });
  });
  if (refused.size === 0) return;
  const assigned = listDone();
  throw new PipeError({
    code: 'ALIAS_FAILED',
    message: `${String(refused.size)} of ${String(names.length)} aliases could not be assigned. The deployment itself stands: ${pageOf(deployment)}`,
    faults: names.flatMap((name) => refused.get(name) ?? []),
    got: assigned.length === 0 ? 'no alias assigned' : `assigned: ${assigned.join(', ')}`,
    wanted: `assigned: ${names.join(', ')}`,
  });
}

/** What is wrong with one name, and what to change; undefined where it is assigned. */
async function assign(
  api: VercelApi,
  deployment: Deployment,
  name: string,
  signal: AbortSignal,
): Promise<string | undefined> {
  let reply: HttpReply;
  try {
    reply = await api.assignAlias(deployment.id, name, signal);
  } catch (error) {
    if (!(error instanceof PipeError)) throw error;
    return `${name}: ${error.message} (${error.got ?? error.code}) ${error.fix ?? ''}`.trimEnd();
  }
  if (reply.status >= 200 && reply.status < 300) return undefined;
  if (reply.status === 409 && isOurs(reply, deployment, name)) return undefined;
  return `${name}: ${describeReply(reply)}. ${adviseOn(reply)}`;
}

/** Vercel also says 409 where the name points at this deployment already; it then names the alias. */
function isOurs({ body }: HttpReply, { aliases }: Deployment, name: string): boolean {
  const error = isJson(body) ? body['error'] : undefined;
  const { alias, uid, code } = isJson(error) ? error : {};
  if (code === 'alias_in_use') return false;
  return aliases.includes(name) || (alias === name && typeof uid === 'string');
}

const NOT_YOURS =
  'The name, or its domain, belongs to another project or team, or the token may not use it. Remove it there first, add the domain to this project (Settings, Domains), or choose another name.';

function adviseOn(reply: HttpReply): string {
  const { status } = reply;
  const known = fixFor(readServerError(reply).code, status === 402 || status === 426 ? status : 0);
  if (known !== undefined) return known;
  if (status === 403 || status === 409) return NOT_YOURS;
  if (status === 429 || status >= 500) return `Run the step again ${sayWhen(reply) ?? 'later'}.`;
  return 'Change the name in ALIASES, then run the step again.';
}
