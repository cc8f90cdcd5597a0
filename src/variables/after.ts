import { quote } from './decode.ts';
import { chooseDeployment } from './deployment.ts';
import type { AfterSettings, SmokePath } from './types.ts';

/** The variables that say what happens after a deployment, or without one. */
export interface AfterValues {
  readonly COMMAND: string;
  readonly TARGET: string;
  readonly DEPLOYMENT?: string;
  readonly SMOKE_PATHS?: readonly string[];
  readonly ROLLBACK_ON_FAILURE: string;
  readonly WAIT: string;
  readonly DRY_RUN?: string;
  readonly CLEANUP_AGE: string;
  readonly PULL_ENVIRONMENT: string;
  readonly DOCTOR_LIVE: string;
  readonly CODE_INSIGHTS: string;
}

const HOUR_MS = 3_600_000;
const UNIT_MS: Readonly<Record<string, number>> = { h: HOUR_MS, d: 24 * HOUR_MS };
const NEEDS_DEPLOYMENT = ['promote', 'rollback', 'smoke'];
const MOVES_PRODUCTION = ['promote', 'rollback'];
const WANTED_DEPLOYMENT = 'dpl_…, an https address, build:NUMBER, or the path of a record';

export function toAfter(values: AfterValues): AfterSettings {
  const age = values.CLEANUP_AGE;
  return {
    deployment: values.DEPLOYMENT,
    smokePaths: (values.SMOKE_PATHS ?? []).map(toSmokePath),
    rollbackOnFailure: values.ROLLBACK_ON_FAILURE === 'true',
    dryRun: values.DRY_RUN !== 'false',
    cleanupAgeMs: Number(age.slice(0, -1)) * (UNIT_MS[age.slice(-1)] ?? 0),
    pullEnvironment: values.PULL_ENVIRONMENT === 'true',
    doctorLive: values.DOCTOR_LIVE === 'true',
    codeInsights: values.CODE_INSIGHTS === 'true',
  };
}

/** `PATH STATUS`, and what is left is the text. */
function toSmokePath(item: string): SmokePath {
  const [, path = '/', status = '', text] = /^(\S+) (\d{3})(?: (.+))?$/.exec(item) ?? [];
  return { path, status: Number(status), text };
}

/** What belongs to another command than the one that was asked for: most often a line that was copied. */
export function findAfterFaults(values: AfterValues): string[] {
  const { COMMAND: command, DEPLOYMENT: deployment, DRY_RUN: dryRun, SMOKE_PATHS: paths = [] } = values;
  const faults: string[] = [];
  if (NEEDS_DEPLOYMENT.includes(command) && deployment === undefined) {
    faults.push(`DEPLOYMENT: missing; COMMAND ${command} wants ${WANTED_DEPLOYMENT}.`);
  }
  if (deployment !== undefined && !chooseDeployment(deployment)) {
    faults.push(
      `DEPLOYMENT: got ${quote(deployment)}; wanted ${WANTED_DEPLOYMENT} (…sigstore.json). An address has nothing after its host.`,
    );
  }
  if (MOVES_PRODUCTION.includes(command) && values.TARGET !== 'production') {
    faults.push(
      `TARGET: got ${quote(values.TARGET)}; COMMAND ${command} moves production, and wants TARGET: production.`,
    );
  }
  if (!NEEDS_DEPLOYMENT.includes(command) && deployment !== undefined) {
    faults.push(`DEPLOYMENT: given, and COMMAND ${command} takes none. Remove it, or change COMMAND.`);
  }
  if (dryRun !== undefined && command !== 'cleanup') {
    faults.push('DRY_RUN: of COMMAND cleanup alone. Remove it; what a deploy would do is told by COMMAND: doctor.');
  }
  if (command === 'deploy' && values.WAIT === 'false' && paths.length > 0) {
    faults.push(
      'SMOKE_PATHS: given, but WAIT is "false", and a test needs a deployment that is ready. Remove one of them.',
    );
  }
  if (command === 'smoke' && paths.length === 0) {
    faults.push("SMOKE_PATHS: missing; COMMAND smoke wants paths to ask for. Example: SMOKE_PATHS: ['/ 200 Welcome']");
  }
  return faults;
}
