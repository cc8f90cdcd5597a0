import type { PathResult, SmokeFacts } from '../smoke/types.ts';
import { present } from './present.ts';
import type { RecordedPath, RecordedSmoke } from './recorded-smoke.ts';
import { toTime } from './time.ts';

export function describeSmoke({ checks, rollback }: SmokeFacts): RecordedSmoke {
  return {
    checks: checks.map(({ subject, report: { host, ok, startedAt, results } }) => ({
      ...{ subject, host, passed: ok, startedAt: toTime(startedAt) },
      paths: results.map(describePath),
    })),
    ...present('rollback', rollback),
  };
}

function describePath(result: PathResult): RecordedPath {
  return {
    path: result.path,
    wantedStatus: result.wantedStatus,
    ...present('wantedText', result.wantedText),
    ok: result.ok,
    ...present('status', result.status),
    ...present('textFound', result.textFound),
    ...present('fault', result.fault),
    ...present('protected', result.protected ? (true as const) : undefined),
    ...present('tokenShown', result.tokenShown ? (true as const) : undefined),
    attempts: result.attempts,
    // A clock that is set meanwhile may go backwards.
    ms: Math.max(0, Math.round(result.ms)),
  };
}
