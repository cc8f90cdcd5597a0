import { EXIT_STATUS, type ErrorCode } from '../../src/errors.ts';
import { codesOf, tellsIdentity } from './log.ts';
import { predicateOf, type Left } from './records.ts';
import type { Breach, Ran } from './types.ts';

const STATUSES: readonly (number | string)[] = [0, ...new Set(Object.values(EXIT_STATUS))].filter(
  (status) => status !== EXIT_STATUS.INTERNAL,
);
/** Told of a run whose own end stays what it was: its record could not be stored or dated, or was not for a stop. */
const UNKEPT: readonly ErrorCode[] = ['RECORD_NOT_STORED', 'TIMESTAMP_FAILED', 'TERMINATED', 'INTERRUPTED'];
/** Bitbucket grants a stopped step so long; and what a busy machine adds. */
const MAX_STOP_MS = 5000 + 2000;

/** What every run owes, whatever happened to it. */
export function checkRun(ran: Ran, left: Left): Breach[] {
  if (ran.status === 'SIGKILL') return checkDeployments(ran, left);
  return [...checkStatus(ran), ...checkRecord(ran, left), ...checkDeployments(ran, left), ...checkCredentials(ran)];
}

/** One of the table's statuses, a bug's own excepted; and the log ends with the code word of it. */
function checkStatus(ran: Ran): Breach[] {
  const { status, log, left, stopMs = 0 } = ran;
  const breaches: Breach[] = left.map((words) => ({ invariant: 'LEFT', words }));
  if (isLate(ran)) return breaches;
  const code = codesOf(log).at(-1);
  const told = code === undefined ? 0 : EXIT_STATUS[code];
  if (!STATUSES.includes(status)) breaches.push({ invariant: 'STATUS', words: `ended with ${String(status)}` });
  else if (told !== status)
    breaches.push({
      invariant: 'STATUS',
      words: `ended with ${String(status)}, and the log says ${code ?? 'no error'}`,
    });
  if (stopMs > MAX_STOP_MS)
    breaches.push({ invariant: 'STATUS', words: `ended ${stopMs.toFixed(0)} ms after its stop` });
  return breaches;
}

/** Stopped when its work was done, in the moment in which Node itself ends and listens for no signal any more. */
function isLate({ status, plan, stopped }: Ran): boolean {
  return stopped && status === plan.stop?.signal;
}

/** Who was verified is on record, and the record says what the status says. A cleanup that does nothing leaves none. */
function checkRecord(ran: Ran, { result }: Left): Breach[] {
  const { plan, log, status, changed } = ran;
  if (!result) {
    if (!tellsIdentity(log)) {
      const noted = status === EXIT_STATUS.USAGE || changed.includes('clone/deploy-records/diagnostic.json');
      return noted ? [] : [{ invariant: 'RECORD', words: 'neither a record nor notes' }];
    }
    const idle = plan.command === 'cleanup' && (status === 0 || isLate(ran));
    return idle ? [] : [{ invariant: 'RECORD', words: 'an identity was verified, and there is no result' }];
  }
  const { outcome } = predicateOf(result);
  const codes = codesOf(log);
  if (isLate(ran)) return [];
  if (!outcome) return [{ invariant: 'RECORD', words: 'a result without an outcome' }];
  const unkept = outcome.exitStatus === 0 && codes.every((code) => UNKEPT.includes(code));
  if (outcome.exitStatus !== status && !unkept)
    return [
      { invariant: 'RECORD', words: `says ${String(outcome.exitStatus)}, and the run ended with ${String(status)}` },
    ];
  if (outcome.code !== undefined && outcome.code !== codes.at(-1))
    return [{ invariant: 'RECORD', words: `says ${outcome.code}, and the log ${String(codes.at(-1))}` }];
  return [];
}

/** At most one is made, never without its intent; and one that ended well is the one that the record names. */
function checkDeployments({ plan, made, status }: Ran, { intent, result }: Left): Breach[] {
  const breaches: Breach[] = [];
  const add = (invariant: string, words: string): void => void breaches.push({ invariant, words });
  const most = plan.command === 'deploy' ? 1 : 0;
  if (made.length > most)
    add('ONE_DEPLOYMENT', `${String(made.length)} were made: ${made.map(({ id }) => id).join(', ')}`);
  for (const { id, meta } of made) {
    const digest = meta['oidcDeployIntent'];
    if (digest === undefined || digest !== intent?.payloadDigest) add('INTENT', `${id} has no intent`);
  }
  if (plan.command !== 'deploy' || status !== 0) return breaches;
  const { outcome, vercel } = result ? predicateOf(result) : {};
  const named = vercel?.deployment?.id;
  if (outcome?.status === 'deployed' && (made.length !== 1 || made[0]?.id !== named))
    add('ONE_DEPLOYMENT', `the record names ${String(named)}, and ${made[0]?.id ?? 'nothing'} was made`);
  // Vercel's own de-duplication gives what is there already; an adoption does not ask for a new one.
  if (outcome?.status === 'adopted' && made.length > 0) add('ONE_DEPLOYMENT', 'adopted, and one more was made');
  return breaches;
}

/** Alive is only what the run could not know of, or was refused to give back. */
function checkCredentials({ tokens, lostTokens, met, stopped, hung }: Ran): Breach[] {
  const alive = tokens.filter(({ revoked }) => !revoked).length;
  const refused = met.some(({ name }) => /revocation|anything/.test(name)) || hung > 0;
  if (alive <= lostTokens || refused) return [];
  const words = `${String(alive)} alive, and ${String(lostTokens)} answers of the exchange were lost`;
  return [{ invariant: 'CREDENTIAL', words: stopped ? `${words} (stopped)` : words }];
}
