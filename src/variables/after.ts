import type { Conflict } from './conflicts.ts';
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
  readonly AUTO_ASSIGN_DOMAINS: string;
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
export function findAfterConflicts(values: Partial<AfterValues>, inherited: ReadonlySet<string>): readonly Conflict[] {
  const command = values.COMMAND ?? '';
  const all = [
    ...findDeploymentConflicts(command, values),
    ...findSmokeConflicts(command, values),
    ...(command === 'deploy' && !inherited.has('ROLLBACK_ON_FAILURE') ? findRollbackConflicts(values) : []),
  ];
  return all.map(({ of, fault }) => ({ of: [...of, 'COMMAND'], fault }));
}

function findDeploymentConflicts(command: string, values: Partial<AfterValues>): Conflict[] {
  const { DEPLOYMENT: deployment, TARGET: target = '', DRY_RUN: dryRun } = values;
  const conflicts: Conflict[] = [];
  const add = (name: string, text: string): void => void conflicts.push({ of: [name], fault: `${name}: ${text}` });
  if (NEEDS_DEPLOYMENT.includes(command) && deployment === undefined) {
    add('DEPLOYMENT', `missing; COMMAND ${command} wants ${WANTED_DEPLOYMENT}.`);
  }
  if (deployment !== undefined && !chooseDeployment(deployment)) {
    const wanted = `${WANTED_DEPLOYMENT} (…sigstore.json). An address has nothing after its host.`;
    add('DEPLOYMENT', `got ${quote(deployment)}; wanted ${wanted}`);
  }
  if (MOVES_PRODUCTION.includes(command) && target !== 'production') {
    add('TARGET', `got ${quote(target)}; COMMAND ${command} moves production, and wants TARGET: production.`);
  }
  if (!NEEDS_DEPLOYMENT.includes(command) && deployment !== undefined) {
    add('DEPLOYMENT', `given, and COMMAND ${command} takes none. Remove it, or change COMMAND.`);
  }
  if (dryRun !== undefined && command !== 'cleanup') {
    add('DRY_RUN', 'of COMMAND cleanup alone. Remove it; what a deploy would do is told by COMMAND: doctor.');
  }
  return conflicts;
}

function findSmokeConflicts(command: string, { SMOKE_PATHS: paths, WAIT: wait }: Partial<AfterValues>): Conflict[] {
  if (command === 'deploy' && wait === 'false' && paths !== undefined) {
    const fault =
      'SMOKE_PATHS: given, but WAIT is "false", and a test needs a deployment that is ready. Remove one of them.';
    return [{ of: ['SMOKE_PATHS', 'WAIT'], fault }];
  }
  if (command !== 'smoke' || paths !== undefined) return [];
  const fault = "SMOKE_PATHS: missing; COMMAND smoke wants paths to ask for. Example: SMOKE_PATHS: ['/ 200 Welcome']";
  return [{ of: ['SMOKE_PATHS'], fault }];
}

/** Of a step's own line, which would promise what cannot happen; an organisation's default applies where it can. */
function findRollbackConflicts(values: Partial<AfterValues>): Conflict[] {
  if (values.ROLLBACK_ON_FAILURE !== 'true') return [];
  const name = 'ROLLBACK_ON_FAILURE';
  if (values.TARGET !== 'production') {
    const fault = `${name}: got "true"; only production can be rolled back. Remove it, or set TARGET: production.`;
    return [{ of: [name, 'TARGET'], fault }];
  }
  if (values.AUTO_ASSIGN_DOMAINS === 'false') {
    const fault = `${name}: given, but AUTO_ASSIGN_DOMAINS is "false", and nothing is promoted. Remove one of them.`;
    return [{ of: [name, 'AUTO_ASSIGN_DOMAINS'], fault }];
  }
  if (values.SMOKE_PATHS !== undefined) return [];
  const fault = `${name}: got "true", and there are no SMOKE_PATHS, whose failure it waits for. Set them, or remove it.`;
  return [{ of: [name, 'SMOKE_PATHS'], fault }];
}
