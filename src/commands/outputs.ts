import type { PipeError } from '../errors.ts';
import { nameTarget } from '../variables/index.ts';
import { openFolder } from './homes.ts';
import { toOutcome } from './record-facts.ts';
import { toPipeError, type Run } from './run.ts';
import type { Story } from './story.ts';

const NAME = 'deploy-outputs';
/** Those that make or move a deployment. */
const TOLD = ['deploy', 'promote', 'rollback'];
/** What Bitbucket takes in a line: nothing that could begin another one, or that a terminal obeys. */
const PLAIN = /^[\x20-\x7e]*$/;

/** The variables for later steps. Empty where the run did not get so far: an older value must not pass for a new one. */
type Outputs = Readonly<Record<string, string>>;

/**
 * Leaves `deploy-outputs.env` and `.json` in RECORD_DIR, and adds to Bitbucket's own file of output variables, where the
 * container has it. Best effort: what cannot be written is a warning, and the run's end stays what it was.
 */
export async function writeOutputs(run: Run, story: Story, failure: PipeError | undefined): Promise<void> {
  if (!TOLD.includes(story.action)) return;
  const { config, platform } = run;
  const outputs = listOutputs(story, failure);
  const lines = Object.entries(outputs);
  const env = lines.map(([name, value]) => `${name}=${quoteForShell(value)}\n`).join('');
  await attempt(run, `${NAME}.env and .json`, async () => {
    const folder = openFolder(run);
    await Promise.all([
      folder.replace(`${NAME}.env`, env),
      folder.replace(`${NAME}.json`, `${JSON.stringify(describe(run, story, failure), undefined, 2)}\n`),
    ]);
  });
  const { outputsPath } = config;
  if (outputsPath === undefined) return;
  const added = lines
    .filter(([, value]) => value !== '' && PLAIN.test(value))
    .map(([name, value]) => `${name}=${value}\n`);
  // In most containers Bitbucket names a file that is not mounted, which is nobody's fault.
  const bytes = new TextEncoder().encode(added.join(''));
  const there = await platform.files.append(outputsPath, bytes);
  platform.log.debug(`output variables ${there ? 'added to' : 'not added: nothing to write to at'} ${outputsPath}`);
}

function listOutputs(story: Story, failure: PipeError | undefined): Outputs {
  const { deployment, record } = story;
  return {
    DEPLOY_STATUS: toOutcome(story, failure).status,
    VERCEL_URL: deployment?.url ?? '',
    VERCEL_DEPLOYMENT_ID: deployment?.id ?? '',
    VERCEL_INSPECTOR_URL: deployment?.inspectorUrl ?? '',
    VERCEL_ALIASES: listAliases(story).join(','),
    DEPLOY_RECORD: record?.path ?? '',
    DEPLOY_RECORD_SHA256: record?.digest ?? '',
  };
}

function describe({ config, recordId }: Run, story: Story, failure: PipeError | undefined): object {
  const { action, deployment, record } = story;
  const { status, exitStatus, code } = toOutcome(story, failure);
  return {
    version: '1',
    ...{ action, status, exitStatus, code, recordId },
    ...{ projectId: config.projectId, target: nameTarget(config.target) },
    url: deployment?.url,
    deploymentId: deployment?.id,
    inspectorUrl: deployment?.inspectorUrl,
    aliases: listAliases(story),
    record: record?.path,
    recordSha256: record?.digest,
  };
}

function listAliases({ deployment }: Story): readonly string[] {
  return (deployment?.aliases ?? []).map((alias) => `https://${alias}`);
}

/** For `. deploy-outputs.env`: between single quotes a shell reads nothing but the end of the quotes. */
function quoteForShell(text: string): string {
  return `'${text.replaceAll('\0', '').replaceAll("'", String.raw`'\''`)}'`;
}

async function attempt(run: Run, what: string, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    const { message, got } = toPipeError(error, run);
    run.platform.log.warn(`Not written for later steps: ${what}. ${message} ${got ?? ''}`.trim());
  }
}
