import { isJson, type Json } from './json.ts';
import { toRefusal } from './refusals.ts';
import type { VercelApi } from './vercel-api.ts';

export interface ProjectNames {
  readonly projectId: string;
  readonly teamId: string;
  readonly name: string;
}

/**
 * The text of `.vercel/project.json`.
 * @throws {PipeError} where Vercel does not show the project.
 */
export async function readProjectFile(
  api: Pick<VercelApi, 'readProject'>,
  names: ProjectNames,
  signal: AbortSignal,
): Promise<string> {
  const reply = await api.readProject(names.projectId, signal);
  if (reply.status === 200 && isJson(reply.body)) return writeProjectFile(reply.body, names);
  throw toRefusal(reply, { did: 'show the project', wanted: 'its settings', aftermath: '' });
}

/** What `vercel build` reads of a project, in the order in which the Vercel CLI writes it. */
const SETTINGS = [
  'createdAt',
  'framework',
  'devCommand',
  'installCommand',
  'buildCommand',
  'outputDirectory',
  'rootDirectory',
  'directoryListing',
  'nodeVersion',
];

/**
 * The text of `.vercel/project.json`, byte for byte as the Vercel CLI 64 writes it for the same project.
 * @param project Vercel's reply about the project
 */
export function writeProjectFile(project: Json, { projectId, teamId, name }: ProjectNames): string {
  const settings = Object.fromEntries(
    SETTINGS.flatMap((key) => (isScalar(project[key]) ? [[key, project[key]] as const] : [])),
  );
  const analyticsId = readAnalyticsId(project['analytics']);
  const file = {
    projectId,
    orgId: teamId,
    projectName: name,
    settings: { ...settings, ...(analyticsId === undefined ? {} : { analyticsId }) },
  };
  return `${JSON.stringify(file, undefined, 2)}\n`;
}

function isScalar(value: unknown): boolean {
  return value === null || ['string', 'number', 'boolean'].includes(typeof value);
}

/** Of a project that has Web Analytics of the older kind, and has not switched it off since. */
function readAnalyticsId(analytics: unknown): string | undefined {
  const { id, disabledAt, enabledAt } = isJson(analytics) ? analytics : {};
  if (typeof id !== 'string' || id === '') return undefined;
  if (typeof disabledAt !== 'number' || disabledAt === 0) return id;
  return typeof enabledAt === 'number' && enabledAt > disabledAt ? id : undefined;
}
