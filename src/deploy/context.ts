import type { HttpReply } from '../http/index.ts';
import type { Clock } from '../platform/types.ts';
import type { Target } from '../variables/types.ts';
import { bodyOf, listOf, readPart, type Part } from './context-part.ts';
import { isOfTarget, sightRecords, type MetaKeys, type Sighting } from './context-previous.ts';
import { readSettings } from './context-settings.ts';
import { listVariables, variablesOf, type VariableList } from './context-variables.ts';
import { isJson, type Json } from './json.ts';
import type { DeployContext, ProjectVariable } from './types.ts';
import type { VercelApi } from './vercel-api.ts';

/** For everything together: it goes on beside the proof of the credential, and must not outlast it by much. */
const MAX_MS = 5000;
const PREVIOUS_AT_MOST = 5;

export interface ContextAsked {
  readonly projectId: string;
  readonly target: Target;
  readonly metaKeys: MetaKeys;
}

/**
 * What a record says of the project besides the deployment itself, asked side by side: its settings, the names and
 * versions of its variables, and the records before this one. It can be asked before the credential is proved.
 *
 * `previous` are the last records of the project whatever their target, so that a removal shows in the next run of any
 * step. `lastOfTarget` is what changes are told against; production is listed by itself as well, because previews may
 * fill the list of all. Custom environments and previews are found in the list of all, or not.
 * @returns always: what cannot be read, for any reason, is a text in `refusals`.
 */
export async function readContext(
  { context: api }: Pick<VercelApi, 'context'>,
  { projectId, target, metaKeys }: ContextAsked,
  { clock }: { readonly clock: Clock },
  signal: AbortSignal,
): Promise<DeployContext> {
  const bound = AbortSignal.any([signal, clock.timeout(MAX_MS)]);
  const part = <T>(name: string, read: () => Promise<T>): Promise<Part<T>> => readPart(name, bound, read);
  const sight = (reply: HttpReply): readonly Sighting[] => sightRecords(reply, projectId, metaKeys);
  const [project, environments, list, sightings, production] = await Promise.all([
    part('settings', async () => bodyOf(await api.settings(projectId, bound))),
    target.kind === 'custom'
      ? part('customEnvironments', async () => listOf(await api.customEnvironments(projectId, bound), 'environments'))
      : undefined,
    part('variables', () => listVariables(api, projectId, bound)),
    part('deployments', async () => sight(await api.deployments(projectId, undefined, bound))),
    target.kind === 'production'
      ? part('deployments', async () => sight(await api.deployments(projectId, 'production', bound)))
      : undefined,
  ]);
  const customEnvironmentId = findEnvironment(target, project.value, environments);
  const variables = await pickVariables(list, target, customEnvironmentId, bound);
  const ofTarget = [...(production?.value ?? []), ...(sightings.value ?? [])]
    .filter((sighting) => isOfTarget(sighting, target, customEnvironmentId))
    .map(({ record }) => record)
    .sort((a, b) => (b.createdAt ?? 0) - (a.createdAt ?? 0));
  const needed = customEnvironmentId === undefined ? environments : undefined;
  const refusals = [project, needed, variables, sightings, production].flatMap((read) => read?.refusal ?? []);
  return {
    customEnvironmentId,
    settings: project.value && readSettings(project.value),
    variables: variables.value,
    previous: sightings.value?.slice(0, PREVIOUS_AT_MOST).map(({ record }) => record),
    lastOfTarget: ofTarget[0],
    refusals: [...new Set(refusals)],
  };
}

async function pickVariables(
  list: Part<VariableList>,
  target: Target,
  customEnvironmentId: string | undefined,
  bound: AbortSignal,
): Promise<Part<readonly ProjectVariable[]>> {
  const { value } = list;
  if (!value) return { refusal: list.refusal };
  return readPart('variables', bound, () =>
    Promise.resolve().then(() => variablesOf(value, target, customEnvironmentId)),
  );
}

/** By slug or id, in the environments' own list or in the project's reply, which may leave it out. */
function findEnvironment(
  target: Target,
  project: Json | undefined,
  listed: Part<readonly unknown[]> | undefined,
): string | undefined {
  if (target.kind !== 'custom') return undefined;
  const ofProject: unknown = project?.['customEnvironments'];
  const all = [...(listed?.value ?? []), ...(Array.isArray(ofProject) ? (ofProject as unknown[]) : [])];
  const found = all.find((one) => isJson(one) && (one['slug'] === target.slug || one['id'] === target.slug));
  const id = isJson(found) ? found['id'] : undefined;
  return typeof id === 'string' ? id : undefined;
}
