import type { Scope, SeenDeployment, SeenEvent } from './types.ts';

/**
 * Which deployment an event is about, and whether that is one of ours. Of some events Vercel's own models demand no more
 * than a deployment's address, and of others no project: so the history of the whole team is read, and sorted here.
 * Memory is taken for events alone that leave a question open.
 */
export class EventNames {
  readonly #projectIds: readonly string[];
  /** Deployment by address, and project by deployment, of those that are asked for. */
  readonly #byAddress = new Map<string, string | undefined>();
  readonly #projects = new Map<string, string | undefined>();
  readonly #ours = new Set<string>();

  constructor({ projectIds }: Scope) {
    this.#projectIds = projectIds;
  }

  /** First, of every event. */
  ask({ deploymentId, projectId, url }: SeenEvent): void {
    if (deploymentId === undefined && url !== undefined) this.#byAddress.set(bare(url), undefined);
    if (deploymentId !== undefined && projectId === undefined) this.#projects.set(deploymentId, undefined);
  }

  /** Whether a deployment may have an answer. */
  get asks(): boolean {
    return this.#byAddress.size > 0 || this.#projects.size > 0;
  }

  /** Whether another event may have an answer. */
  get asksForProjects(): boolean {
    return this.#projects.size > 0;
  }

  /** Then what each event answers. */
  answer({ deploymentId, projectId }: SeenEvent): void {
    if (deploymentId !== undefined && projectId !== undefined && this.#projects.has(deploymentId)) {
      this.#projects.set(deploymentId, projectId);
    }
  }

  /** At last what each deployment does, which knows best. */
  answerWith({ id, url, projectId }: SeenDeployment): void {
    const named = url !== undefined && this.#byAddress.size > 0 && this.#byAddress.has(bare(url));
    if (named) this.#byAddress.set(bare(url), id);
    if (named || this.#projects.has(id)) this.#projects.set(id, projectId);
  }

  /** A verified record names it, so it is of a project that is audited. */
  noteRecorded(deploymentId: string): void {
    if (this.#projects.has(deploymentId)) this.#ours.add(deploymentId);
  }

  /** The same event with all that is known; undefined for one of another project. */
  name(event: SeenEvent): SeenEvent | undefined {
    const { url } = event;
    const deploymentId = event.deploymentId ?? (url === undefined ? undefined : this.#byAddress.get(bare(url)));
    const projectId = event.projectId ?? (deploymentId === undefined ? undefined : this.#projects.get(deploymentId));
    const known = projectId === undefined ? this.#ours.has(deploymentId ?? '') : this.#projectIds.includes(projectId);
    if (this.#projectIds.length > 0 && !known) return undefined;
    if (deploymentId === event.deploymentId && projectId === event.projectId) return event;
    return {
      ...event,
      ...(deploymentId === undefined ? {} : { deploymentId }),
      ...(projectId === undefined ? {} : { projectId }),
    };
  }
}

function bare(url: string): string {
  return url.replace(/^https:\/\//, '').toLowerCase();
}
