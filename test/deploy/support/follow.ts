import type { FollowOptions } from '../../../src/deploy/ending.ts';
import { followDeployment } from '../../../src/deploy/follow.ts';
import type { Report } from '../../../src/deploy/report.ts';
import { memoryLog } from '../../support/test-platform.ts';
import { reportOf, scriptedApi, type Script, type ScriptedApi } from './scripted-api.ts';
import { virtualClock } from './virtual-clock.ts';

export const PRODUCTION: FollowOptions = { production: true, autoAssign: true, wait: true, projectId: 'prj_1' };

export interface Followed {
  readonly end: Promise<string>;
  readonly api: ScriptedApi;
  readonly states: string[];
  /** Milliseconds that the following took. */
  readonly elapsed: () => number;
  readonly log: () => string;
}

interface Settings {
  readonly created?: Report;
  readonly options?: Partial<FollowOptions>;
  readonly signal?: AbortSignal;
}

/** Follows a deployment that this script tells of. */
export function follow(script: Script, { created = reportOf('QUEUED'), options, signal }: Settings = {}): Followed {
  const api = scriptedApi(script);
  const clock = virtualClock();
  const log = memoryLog();
  const states: string[] = [];
  const end = followDeployment(
    { api, clock, log },
    created,
    { ...PRODUCTION, ...options },
    ({ readyState }) => states.push(readyState),
    signal ?? new AbortController().signal,
  );
  return { end, api, states, elapsed: () => clock.elapsed(), log: () => log.text() };
}
