import { audit, WORK_FOLDER, type AuditDeps } from '../audit/index.ts';
import type { ExitStatus } from '../errors.ts';
import type { Platform } from '../platform/types.ts';
import { readLayer } from '../sources/index.ts';
import { parseVariables, type Environment } from '../variables/index.ts';
import { VERSION } from '../version.ts';
import { openAuditAccess, type AuditAccess } from './audit-access.ts';
import { announceAudit } from './audit-announce.ts';
import { readAuditInputs } from './audit-inputs.ts';
import { runMerge } from './audit-merge.ts';
import { readAuditOptions, type AuditArguments } from './audit-options.ts';
import { dropPeriod, findLeft, keepPeriod, settlePeriod } from './audit-pending.ts';
import { runSignExceptions } from './audit-sign.ts';
import { describeKept, tellLeft, tellSummary, tellTask, tellUnfinished } from './audit-tell.ts';
import { askTimestamp } from './audit-timestamp.ts';
import { insideClone } from './opening.ts';
import { requirePlainFolder } from './plain-folder.ts';
import { startRun, toPipeError, type Run } from './run.ts';

/** A step of Bitbucket's has two hours; what is left is for the reports. */
const TIMEOUT = '110m';

export interface AuditInvocation {
  readonly args: readonly string[];
  readonly environment: Environment;
  readonly workingDir: string;
  readonly organisationFolder: string;
  readonly platform: Platform;
  readonly stop: AbortSignal;
}

/**
 * `audit`: what was deployed, by whom, from which build, under which policy; and is that all? Status 0: all is explained;
 * 1: findings; 3: not all could be looked at; 4: something is not what it claims.
 */
export async function runAudit(invocation: AuditInvocation): Promise<ExitStatus> {
  const { args, workingDir, platform } = invocation;
  platform.makeRoom?.();
  const words = readAuditOptions(args, workingDir, platform.clock.now());
  switch (words.kind) {
    case 'merge':
      return runMerge(words.merge, invocation);
    case 'sign-exceptions':
      return runSignExceptions(words.sign, await prepareAuditRun(invocation, undefined));
    case 'audit':
      return auditWith(words.audit, await prepareAuditRun(invocation, words.audit.projects));
  }
}

/**
 * The variables of a step, or of an auditor's own shell: of these, an audit needs the team, and a project that its
 * credential is proved with.
 */
async function prepareAuditRun(
  { environment, workingDir, organisationFolder: folder, platform, stop }: AuditInvocation,
  projects: AuditArguments['projects'] | undefined,
): Promise<Run> {
  const layer = await readLayer(platform.files, folder);
  const [first] = projects === 'all' ? [] : (projects ?? []);
  const usual = { TARGET: 'production', TIMEOUT, ...(first === undefined ? {} : { VERCEL_PROJECT_ID: first }) };
  const config = parseVariables({ ...usual, ...environment, COMMAND: 'audit' }, workingDir, layer.defaults);
  return startRun(config, { platform, stop, command: 'audit', organisation: { layer, folder } });
}

async function auditWith(asked: AuditArguments, run: Run): Promise<ExitStatus> {
  const { platform } = run;
  for (const folder of [asked.out, `${asked.out}/${WORK_FOLDER}`]) {
    await requirePlainFolder(platform.files, run.config.cloneDir, folder);
  }
  const options = await settlePeriod(platform.files, asked);
  tellTask(run, options);
  let access: AuditAccess | undefined;
  // What lies there before may be anybody's: to recommend it as this run's would have it believed.
  let isKept = false;
  try {
    access = await openAuditAccess(run);
    const input = await readAuditInputs(run, options, access);
    tellLeft(run, options, await findLeft(platform.files, options));
    await keepPeriod(platform.files, options);
    const begun = (): void => {
      isKept = true;
    };
    const outcome = await audit(input, { ...describeDeps(run, access), begun }, run.signal);
    isKept = outcome.unfinished === true;
    if (outcome.unfinished) tellUnfinished(run);
    else await dropPeriod(platform.files, options);
    await announceAudit(run, access, outcome);
    return tellSummary(platform, outcome, insideClone(run.config, options.out));
  } catch (error) {
    const failure = toPipeError(error, run);
    throw isKept ? describeKept(failure, insideClone(run.config, options.out)) : failure;
  } finally {
    await access?.close();
  }
}

function describeDeps(run: Run, access: AuditAccess): AuditDeps {
  const { config, http, platform, deadline } = run;
  const { files, clock, log, threads } = platform;
  return {
    ...{ files, clock, log, threads },
    vercel: { http, log, door: access.door, bearerOf: () => access.bearer() },
    bitbucket: {
      ...{ http, log, clock, apiUrl: config.bitbucketApiUrl, accessToken: config.bitbucketToken },
      deadlineAt: deadline.at,
    },
    ...{ signer: access.signer, identity: access.identity, timestamp: askTimestamp(run), pipeVersion: VERSION },
  };
}
