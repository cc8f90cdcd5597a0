import { listByMeta, listDeployments, readDeployment, type Report } from '../deploy/index.ts';
import { PipeError } from '../errors.ts';
import { chooseDeployment } from '../variables/index.ts';
import type { Acting } from './act.ts';
import { META_BUILD, META_INTENT, META_RECORD, readRecordId } from './meta.ts';
import { matchMeta, readNamedRecord, type NamedRecord } from './named-record.ts';
import type { Story } from './story.ts';

/** What `DEPLOYMENT` names, as Vercel shows it now. */
export interface FoundDeployment {
  readonly report: Report;
  /** Where a record named it. */
  readonly record: NamedRecord | undefined;
}

/**
 * Finds the deployment that `DEPLOYMENT` names, of this project and no other.
 * @param target `production`: a build's previews do not count.
 * @throws {PipeError} `VARIABLES_INVALID` where there is no such deployment, or more than one.
 */
export async function findDeployment(acting: Acting, target: 'production' | undefined): Promise<FoundDeployment> {
  const { config, signal } = acting.run;
  const text = config.after.deployment ?? '';
  const choice = chooseDeployment(text);
  switch (choice?.kind) {
    case undefined:
      throw new Error('a DEPLOYMENT that names nothing');
    case 'id':
      return { report: await readOwn(acting, choice.id), record: undefined };
    case 'address':
      return { report: await readByAddress(acting, choice.host), record: undefined };
    case 'build':
      return { report: await readOwn(acting, await findBuild(acting, choice.number, target)), record: undefined };
    case 'record': {
      const record = await readNamedRecord(acting.run, choice.path);
      const id = record.deploymentId ?? (await findByIntent(acting, record, signal));
      const report = await readOwn(acting, id);
      matchMeta(record, report);
      return { report, record };
    }
  }
}

/** For the record of what is done to it: which deployment, and which record its `meta` names. */
export function toActsOn({ deployment, meta }: Report): NonNullable<Story['actsOn']> {
  const recordId = readRecordId(meta[META_RECORD]);
  const digest = meta[META_INTENT] ?? '';
  return {
    deploymentId: deployment.id,
    ...(recordId === undefined ? {} : { recordId }),
    ...(/^[0-9a-f]{64}$/.test(digest) ? { digest: { sha256: digest } } : {}),
  };
}

async function readOwn({ run, credential, api }: Acting, idOrHost: string): Promise<Report> {
  const { project } = credential;
  const report = await readDeployment(api, idOrHost, run.signal);
  if (!report) {
    throw notFound(
      `Vercel has no deployment ${idOrHost} that this step may see.`,
      idOrHost,
      `a deployment of ${project.name} (${project.id})`,
    );
  }
  const { id, projectId, teamId } = report.deployment;
  if (projectId === project.id && (teamId ?? project.teamId) === project.teamId) return report;
  throw notFound(
    `${id} is not of this project.`,
    `a deployment of ${projectId ?? 'a project that Vercel does not name'}`,
    `a deployment of ${project.name} (${project.id})`,
  );
}

/** A name that only points at a deployment may point elsewhere a moment later, so its own address is wanted. */
async function readByAddress(acting: Acting, host: string): Promise<Report> {
  const report = await readOwn(acting, host);
  const { id, url } = report.deployment;
  if (url === `https://${host}`) return report;
  throw notFound(
    `https://${host} is a name that points at a deployment now, and may point at another one soon.`,
    `https://${host}`,
    "a deployment's own address, or its id",
    `The deployment behind it is ${id}${url === '' ? '' : `, ${url}`}: name it by that.`,
  );
}

async function findBuild({ run, api }: Acting, number: string, target: 'production' | undefined): Promise<string> {
  const { projectId } = run.config;
  const { reports, whole } = await listDeployments(api, { projectId, target }, run.signal);
  const ofBuild = reports.filter(
    ({ deployment, meta }) =>
      (deployment.projectId ?? projectId) === projectId && meta[META_BUILD]?.split('/')[0] === number,
  );
  const ready = ofBuild.filter(({ deployment }) => deployment.readyState === 'READY');
  const [only, ...others] = ready;
  if (only && others.length === 0) return only.deployment.id;
  if (only) {
    throw notFound(
      `Build ${number} made more than one deployment.`,
      `${String(ready.length)}: ${ready.map(describe).join('; ')}`,
      'exactly one',
      'Name one of them by its id.',
    );
  }
  const searched = `${whole ? 'all' : 'the newest'} ${String(reports.length)} ${target ?? ''} deployments`;
  throw notFound(
    `No deployment of build ${number} is READY.`,
    ofBuild.length === 0 ? `none of that build among ${searched} of the project` : ofBuild.map(describe).join('; '),
    `a ${target === undefined ? '' : `${target} `}deployment that build ${number} made`,
  );
}

async function findByIntent({ run, api }: Acting, record: NamedRecord, signal: AbortSignal): Promise<string> {
  const sought = { projectId: run.config.projectId, metaKey: META_INTENT, metaValue: record.intentDigest };
  const found = await listByMeta(api, sought, signal);
  const [only, ...others] = found;
  if (only && others.length === 0) return only.deployment.id;
  throw notFound(
    `${record.path} is an intent, and ${only ? 'more than one deployment names' : 'no deployment names'} it.`,
    only ? found.map(describe).join('; ') : `intent ${record.intentDigest}`,
    'the one deployment that it was about',
  );
}

function describe({ deployment: { id, readyState, readySubstate, url } }: Report): string {
  return [id, readyState, readySubstate, url].filter((part) => part !== undefined && part !== '').join(' ');
}

function notFound(message: string, got: string, wanted: string, fix = 'Correct DEPLOYMENT.'): PipeError {
  return new PipeError({ code: 'VARIABLES_INVALID', message, got, wanted, fix });
}
