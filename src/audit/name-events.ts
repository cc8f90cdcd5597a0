import { SPOOLED } from './collect/index.ts';
import type { Spool } from './spool/index.ts';
import type { Scope, SeenDeployment, SeenEvent } from './types.ts';

/**
 * Which deployment an event is about, and whether that is one of ours. Of some events Vercel's own models demand no more
 * than a deployment's address, and of others no project: so the history of the whole team is read, and sorted here.
 */
export interface EventNames {
  /** A verified record names it, so it is of a project that is audited. */
  noteRecorded(deploymentId: string): void;
  /** The same event with all that is known; undefined for one of another project. */
  name(event: SeenEvent): SeenEvent | undefined;
}

/** Memory is taken for events alone that leave a question open. */
export async function readEventNames(spool: Spool, { projectIds }: Scope): Promise<EventNames> {
  /** Deployment by address, and project by deployment, of those that are asked for. */
  const byAddress = new Map<string, string | undefined>();
  const projects = new Map<string, string | undefined>();
  const ours = new Set<string>();
  for await (const { value } of spool.read<SeenEvent>(SPOOLED.events)) {
    if (value.deploymentId === undefined && value.url !== undefined) byAddress.set(bare(value.url), undefined);
    if (value.deploymentId !== undefined && value.projectId === undefined) projects.set(value.deploymentId, undefined);
  }
  for await (const { value } of spool.read<SeenEvent>(SPOOLED.events)) {
    const { deploymentId, projectId } = value;
    if (deploymentId !== undefined && projectId !== undefined && projects.has(deploymentId)) {
      projects.set(deploymentId, projectId);
    }
  }
  for await (const { value } of spool.read<SeenDeployment>(SPOOLED.deployments)) {
    const { id, url, projectId } = value;
    const named = url !== undefined && byAddress.has(bare(url));
    if (named) byAddress.set(bare(url), id);
    if (named || projects.has(id)) projects.set(id, projectId);
  }
  return {
    noteRecorded: (deploymentId) => {
      if (projects.has(deploymentId)) ours.add(deploymentId);
    },
    name(event) {
      const deploymentId = event.deploymentId ?? (event.url === undefined ? undefined : byAddress.get(bare(event.url)));
      const projectId = event.projectId ?? (deploymentId === undefined ? undefined : projects.get(deploymentId));
      const known = projectId === undefined ? ours.has(deploymentId ?? '') : projectIds.includes(projectId);
      if (projectIds.length > 0 && !known) return undefined;
      return {
        ...event,
        ...(deploymentId === undefined ? {} : { deploymentId }),
        ...(projectId === undefined ? {} : { projectId }),
      };
    },
  };
}

function bare(url: string): string {
  return url.replace(/^https:\/\//, '').toLowerCase();
}
