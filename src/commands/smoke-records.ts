import { fromStrictBase64 } from '../digest.ts';
import { PipeError } from '../errors.ts';
import { follow, parseLoosely, recordFileName } from '../record/index.ts';
import { chooseDeployment, nameTarget, resolveInside, type DeploymentChoice } from '../variables/index.ts';
import { readInClone } from './named-record.ts';
import type { Run } from './run.ts';

const RESULT = recordFileName('', 'result');
/** The newest of a folder; the deploy step that shares its records leaves a few. */
const MAX_FILES = 200;

/** A result in the clone, as it was read: what it says was not verified. */
export interface ReadRecord {
  /** As people know it. */
  readonly name: string;
  readonly text: string;
  readonly said: Said;
}

/** What a record says of its deployment, as far as it is text. */
export interface Said {
  readonly deploymentId: string | undefined;
  readonly url: string | undefined;
  readonly teamId: string | undefined;
  readonly projectId: string | undefined;
  readonly target: string | undefined;
  readonly buildNumber: string | undefined;
}

/**
 * The newest result of this project and target that tells of what `DEPLOYMENT` names: in `RECORD_DIR`, where artifacts of
 * the deploy step are, or the one file that it names.
 * @throws {PipeError} `VARIABLES_INVALID` for a file that is not there, or tells of something else.
 */
export async function findRecord(run: Run): Promise<ReadRecord | undefined> {
  const choice = chooseDeployment(run.config.after.deployment ?? '');
  if (!choice) throw new Error('a DEPLOYMENT that names nothing');
  if (choice.kind === 'record') return readNamed(run, choice.path);
  const { recordDir } = run.config;
  for (const name of await listResults(run, recordDir)) {
    const text = await readInClone(run, `${recordDir}/${name}`);
    const said = readSaid(text ?? '');
    if (text !== undefined && isOf(run, said) && isChosen(choice, said)) return { name, text, said };
  }
  return undefined;
}

async function readNamed(run: Run, path: string): Promise<ReadRecord> {
  const { cloneDir } = run.config;
  const inside = resolveInside(cloneDir, cloneDir, path);
  const text = inside === undefined ? undefined : await readInClone(run, inside);
  if (text === undefined) {
    throw wrongRecord(
      path,
      'the file of a record in the clone: does the deploy step share its artifacts with this one?',
    );
  }
  const said = readSaid(text);
  if (said.url === undefined || said.url === '') throw wrongRecord(path, 'the result of a run that made a deployment');
  if (!isOf(run, said)) {
    const { teamId, projectId, target } = run.config;
    throw wrongRecord(
      `${path}: ${[said.teamId, said.projectId, said.target].join(', ')}`,
      `a record of ${[teamId, projectId, nameTarget(target)].join(', ')}`,
    );
  }
  return { name: path, text, said };
}

/** The newest first: the names begin with the time. */
async function listResults({ platform }: Run, folder: string): Promise<readonly string[]> {
  if ((await platform.files.lstat(folder))?.kind !== 'directory') return [];
  const names = (await platform.files.list(folder)).filter((name) => name.endsWith(RESULT));
  return names.toReversed().slice(0, MAX_FILES);
}

function isOf({ config }: Run, { teamId, projectId, target, url }: Said): boolean {
  const same = teamId === config.teamId && projectId === config.projectId && target === nameTarget(config.target);
  return same && url !== undefined && url !== '';
}

function isChosen(choice: Exclude<DeploymentChoice, { kind: 'record' }>, said: Said): boolean {
  switch (choice.kind) {
    case 'id':
      return said.deploymentId === choice.id;
    case 'address':
      return said.url === `https://${choice.host}`;
    case 'build':
      return said.buildNumber === choice.number;
  }
}

function readSaid(bundleText: string): Said {
  const payload = textAt(parseLoosely(bundleText), 'dsseEnvelope', 'payload');
  const bytes = payload === undefined ? undefined : fromStrictBase64(payload);
  const predicate = follow(parseLoosely(bytes ?? new Uint8Array()), 'predicate');
  return {
    deploymentId: textAt(predicate, 'vercel', 'deployment', 'id'),
    url: textAt(predicate, 'vercel', 'deployment', 'url'),
    teamId: textAt(predicate, 'vercel', 'teamId'),
    projectId: textAt(predicate, 'vercel', 'projectId'),
    target: textAt(predicate, 'vercel', 'target'),
    buildNumber: textAt(predicate, 'bitbucket', 'asserted', 'buildNumber'),
  };
}

function textAt(value: unknown, ...path: readonly string[]): string | undefined {
  const found = follow(value, ...path);
  return typeof found === 'string' ? found : undefined;
}

function wrongRecord(got: string, wanted: string): PipeError {
  const message = 'DEPLOYMENT names a record that tells of no deployment to test.';
  return new PipeError({ code: 'VARIABLES_INVALID', message, got, wanted, fix: 'Correct DEPLOYMENT.' });
}
