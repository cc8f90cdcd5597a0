import { PipeError } from '../errors.ts';
import { show } from '../text.ts';
import type { PathResult, SmokeReport } from './types.ts';

/** What became of the deployment because its test failed, and what to do. */
export interface Aftermath {
  /** A sentence or two: what is live now. */
  readonly stands: string;
  readonly fix: string;
}

/**
 * A smoke test that failed, as the error that ends the run: each path with what it answered and what was wanted. Where a
 * protected deployment could not be tested, the reason for that comes first, and its code.
 */
export function smokeFailed({ host, results, refusal }: SmokeReport, { stands, fix }: Aftermath): PipeError {
  const failed = results.filter(({ ok }) => !ok);
  const faults = failed.map((result) => tellResult(result, host));
  if (refusal) {
    const { code, message, got, wanted } = refusal;
    return new PipeError({
      ...{ code, faults },
      message: `${message} ${stands}`,
      ...(got === undefined ? {} : { got }),
      ...(wanted === undefined ? {} : { wanted }),
      fix: refusal.fix ?? fix,
    });
  }
  return new PipeError({
    code: 'SMOKE_FAILED',
    message: `The smoke test of https://${host} failed: ${String(failed.length)} of ${String(results.length)} paths. ${stands}`,
    faults,
    fix,
  });
}

/**
 * `/old: got 200, wanted 308 (3 attempts, 3.1 s)`.
 * @param site whose test it was; another host that answered is named
 */
export function tellResult(result: PathResult, site = result.host): string {
  const { path, host, attempts, ms } = result;
  const tries = attempts === 1 ? '' : `${String(attempts)} attempts, `;
  const where = host === site ? '' : ` at https://${host}`;
  return `${showPath(path)}${where}: got ${tellGot(result)}, wanted ${tellWanted(result)} (${tries}${(ms / 1000).toFixed(1)} s)`;
}

function tellGot({ status, textFound, fault, protected: isProtected }: PathResult): string {
  if (fault !== undefined) return fault;
  if (isProtected) return `Vercel's Deployment Protection (${String(status)})`;
  return textFound === false ? `${String(status)} without the text` : String(status);
}

function tellWanted({ wantedStatus, wantedText }: PathResult): string {
  return wantedText === undefined ? String(wantedStatus) : `${String(wantedStatus)} with ${show(wantedText)}`;
}

/** A path is the user's own, and may be long or hold anything. */
function showPath(path: string): string {
  return show(path).slice(1, -1);
}
