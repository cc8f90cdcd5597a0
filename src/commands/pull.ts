import {
  createUpkeepApi,
  readEnvironment,
  readProjectFile,
  writeEnvironmentFile,
  type EnvironmentFile,
} from '../deploy/index.ts';
import type { ExitStatus } from '../errors.ts';
import { show } from '../text.ts';
import { nameTarget } from '../variables/index.ts';
import { runAction, type Acting } from './act.ts';
import { insideClone } from './opening.ts';
import { pullPaths, requirePlain, writePulled, type PullPaths } from './pull-files.ts';
import { stage, type Run } from './run.ts';

/**
 * `COMMAND: pull`: the project's settings, and where asked the target's variables, for a build in a later step that has
 * no token of Vercel. It changes nothing there, but it reads secrets: so it keeps the order of every act, and leaves a
 * record of who read what.
 */
export function runPull(run: Run): Promise<ExitStatus> {
  return runAction(run, 'pull', { find: plan, act: pull });
}

async function plan({ run, story }: Acting): Promise<PullPaths> {
  const paths = pullPaths(run);
  const { config } = run;
  const wanted = listWanted(run, paths);
  await requirePlain(run, wanted);
  // Proved by the token: a variable could ask for another branch's secrets.
  const branch = config.target.kind === 'preview' ? story.identity?.claims['branchName'] : undefined;
  story.pulled = {
    files: wanted.map((path) => insideClone(config, path)),
    ...(branch !== undefined && config.after.pullEnvironment ? { branch } : {}),
  };
  return paths;
}

function listWanted({ config }: Run, { project, environment }: PullPaths): readonly string[] {
  return [project, ...(config.after.pullEnvironment ? [environment] : [])];
}

/** Everything is read before anything is written: a refusal leaves nothing half done. */
async function pull(acting: Acting, paths: PullPaths): Promise<void> {
  const { run, api, credential } = acting;
  const { config, platform, signal } = run;
  const { project } = credential;
  const projectFile = await stage(
    run,
    'settings',
    () => readProjectFile(api, { projectId: project.id, teamId: project.teamId, name: project.name }, signal),
    () => `of ${project.name} (${project.id})`,
  );
  const environment = config.after.pullEnvironment ? await pullEnvironment(acting) : undefined;
  // Once more: seconds have passed, in which whoever runs beside the pipe can have planted a link.
  await requirePlain(run, listWanted(run, paths));
  await writePulled(platform.files, paths.project, projectFile);
  platform.log.info(`Written: ${insideClone(config, paths.project)}`);
  if (!environment) return;
  await writePulled(platform.files, paths.environment, environment.text, { ownerOnly: true });
  tell(acting, paths, environment);
}

async function pullEnvironment({ run, story, credential }: Acting): Promise<EnvironmentFile> {
  const { config, http, signal } = run;
  const { keeper, context, pulled } = story;
  if (!keeper || !pulled) throw new Error('pulling before there is a credential');
  const { project, door } = credential;
  const api = createUpkeepApi(http, door, project.teamId, () => keeper.bearer());
  const target = nameTarget(config.target);
  const { branch } = pulled;
  const sensitive = context?.variables
    ?.filter(({ type, gitBranch }) => type === 'sensitive' && (gitBranch === undefined || gitBranch === branch))
    .map(({ name }) => name);
  const file = await stage(
    run,
    'environment',
    async () =>
      writeEnvironmentFile(await readEnvironment(api, { projectId: project.id, target, branch }, signal), sensitive),
    ({ names }) =>
      `${String(names.length)} variables of ${target}${branch === undefined ? '' : `, branch ${show(branch)}`}`,
  );
  story.pulled = { ...pulled, variables: file.names };
  return file;
}

function tell({ run, story }: Acting, paths: PullPaths, { names, sensitive, inexact, unfit }: EnvironmentFile): void {
  const { log } = run.platform;
  const path = insideClone(run.config, paths.environment);
  log.info(`Written: ${path} (${names.join(', ') || 'no variable'}), readable by its owner alone`);
  log.warn(
    `${path} holds secrets. Pass it to the build step alone, and remember that Bitbucket keeps artifacts for 14 days.`,
  );
  if (sensitive.length > 0) {
    const why = story.context?.variables
      ? 'Vercel gives the values of sensitive variables to its own builds alone'
      : 'their values came empty, as those of sensitive variables do';
    log.warn(`Not in it: ${sensitive.join(', ')}; ${why}.`);
  }
  if (inexact.length > 0) {
    log.warn(
      `\`vercel build\` will read these otherwise than Vercel has them, as its file has no way to write white space at an end, carriage returns, or a line break beside \\n: ${inexact.join(', ')}.`,
    );
  }
  if (unfit.length > 0) log.warn(`Not in it, as a file cannot name them: ${String(unfit.length)} variables.`);
}
