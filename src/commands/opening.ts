import type { Policy } from '../policy/types.ts';
import type { RecordedAction } from '../record/types.ts';
import type { PolicyOrigin } from '../sources/types.ts';
import { toAscii } from '../text.ts';
import { nameTarget, type Config } from '../variables/index.ts';
import type { Inputs } from './prepare.ts';
import { tellOrigin } from './read-policy.ts';
import type { Run } from './run.ts';
import { listSigners } from './signers.ts';

const MAX_FACT = 80;
const SHORT_COMMIT = 12;
const SHORT_DIGEST = 16;

/** The first lines of a run, before anything is looked at: what it was started for, and by which build. */
export function tellTask({ platform: { log }, config }: Run, action: RecordedAction): void {
  log.info(toAscii(describeTask(config, action)));
  if (action === 'deploy') for (const line of describeTest(config)) log.info(line);
  const build = describeBuild(config);
  if (build !== '') log.info(`Build:   ${build}`);
}

/** The lines after it, when the step's own files have been read: by which rules it goes. */
export function tellRules({ platform: { log }, config }: Run, policy: Policy | undefined, origin?: PolicyOrigin): void {
  log.info(describePolicy(policy, origin, SHORT_DIGEST));
  log.info(describeSigners(config, policy));
  const home = config.store ? `, then in the store ${config.store.kind}` : '';
  const time = config.timestampUrl === undefined ? '' : `, dated by ${hostOf(config.timestampUrl)}`;
  log.info(`Records: in ${insideClone(config, config.recordDir)}${home}${time}`);
}

/** How much is deployed; the functions are named at the end, and by `doctor`. */
export function tellFiles({ platform: { log } }: Run, { files, functions }: Inputs): void {
  const edge = functions.filter((one) => one.edge).length;
  const more = `, and ${String(functions.length)} function${functions.length === 1 ? '' : 's'}`;
  const marked = edge > 0 ? `, ${String(edge)} of them EDGE` : '';
  log.info(`Files:   ${String(files)}${functions.length > 0 ? `${more}${marked}` : ''}`);
}

export function describePolicy(policy: Policy | undefined, origin: PolicyOrigin | undefined, digits: number): string {
  if (!policy || !origin) return 'Policy:  none, so deploy to preview alone is allowed.';
  const count = `${String(policy.grants.length)} grant${policy.grants.length === 1 ? '' : 's'}`;
  return `Policy:  ${tellOrigin(origin)} (${origin.kind}), ${count}, sha256 ${policy.digest.slice(0, digits)}`;
}

export function describeSigners(config: Config, policy: Policy | undefined): string {
  const [first = 'keyless', ...others] = listSigners(config, policy);
  if (others.length === 0) return `Signer:  ${first}`;
  return `Signers: ${[first, ...others].join(', ')}; the first that the grant takes signs.`;
}

/** As people know it: from the clone on. */
export function insideClone({ cloneDir }: Pick<Config, 'cloneDir'>, path: string): string {
  return path.startsWith(`${cloneDir}/`) ? path.slice(cloneDir.length + 1) : path;
}

function describeTask(config: Config, action: RecordedAction): string {
  const { after, projectId, teamId, deploy } = config;
  const where = `${nameTarget(config.target)} of project ${projectId} in team ${teamId}`;
  switch (action) {
    case 'deploy': {
      const { directory, cloneDir } = config;
      const folder = directory === cloneDir ? '' : `${insideClone(config, directory)}/`;
      if (deploy.mode === 'source')
        return `Deploy:  the files of ${folder || 'the clone'}, built by Vercel, to ${where}`;
      return `Deploy:  ${folder}.vercel/output, as it was built, to ${where}`;
    }
    case 'promote':
      return `Promote: ${after.deployment ?? ''} to ${where}`;
    case 'rollback':
      return `Roll back: ${where}, to ${after.deployment ?? ''}`;
    case 'cleanup':
      return `Clean up: project ${projectId} in team ${teamId}${after.dryRun ? '; DRY_RUN: nothing will be changed' : ''}`;
    case 'pull':
      return `Pull:    settings${after.pullEnvironment ? ' and environment variables' : ''} for ${where}`;
  }
}

/** What must hold before the deployment is called good. */
function describeTest({ after, deploy, target }: Config): readonly string[] {
  const { length } = after.smokePaths;
  if (length === 0) return [];
  const moves = target.kind === 'production' && deploy.autoAssignDomains;
  const then = moves ? 'before production moves to it' : 'before it is called good';
  return [`Test:    ${String(length)} path${length === 1 ? '' : 's'} of it must answer as wanted, ${then}`];
}

/** As the step's environment says it. */
function describeBuild({ build }: Config): string {
  const { buildNumber, repositoryFullName, commit, branch, tag, pullRequestId } = build;
  const facts = [
    ...(buildNumber === undefined ? [] : [buildNumber]),
    ...(repositoryFullName === undefined ? [] : [`of ${repositoryFullName}`]),
    ...(commit === undefined ? [] : [`commit ${commit.slice(0, SHORT_COMMIT)}`]),
    ...(branch === undefined ? [] : [`branch ${branch}`]),
    ...(tag === undefined ? [] : [`tag ${tag}`]),
    ...(pullRequestId === undefined ? [] : [`pull request ${pullRequestId}`]),
  ];
  return facts
    .map((fact) => toAscii(fact.slice(0, MAX_FACT)))
    .join(', ')
    .replace(', of ', ' of ');
}

function hostOf(url: string): string {
  return new URL(url).host;
}
