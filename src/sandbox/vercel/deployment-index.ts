import { Timeline } from '../timeline.ts';
import type { SandboxDeployment } from './deployment-types.ts';

const createTimeline = (): Timeline<SandboxDeployment> => new Timeline(({ createdAt }) => createdAt);

/** All deployments, found by name and in the order of time without a look at each. */
export class DeploymentIndex {
  readonly all: SandboxDeployment[] = [];
  /** Those that time moves on. */
  readonly timed = new Set<SandboxDeployment>();
  /** Those that lists do not show yet. */
  readonly lagging = new Set<SandboxDeployment>();
  /** Names that Vercel gives by itself. */
  readonly automatic = new Set<string>();
  readonly #byName = new Map<string, SandboxDeployment>();
  readonly #line = createTimeline();
  readonly #lines = new Map<string, Timeline<SandboxDeployment>>();

  add(deployment: SandboxDeployment): void {
    const { id, url, projectId, plan } = deployment;
    for (const name of [id, url]) {
      if (this.#byName.has(name)) throw new Error(`The sandbox has a deployment ${name} already`);
      this.#byName.set(name, deployment);
    }
    for (const name of deployment.aliases) this.automatic.add(name);
    this.all.push(deployment);
    this.#line.add(deployment);
    const own = this.#lines.get(projectId) ?? createTimeline();
    this.#lines.set(projectId, own);
    own.add(deployment);
    if (plan.durationMs !== undefined) this.timed.add(deployment);
    if (plan.listedAfter > 0) this.lagging.add(deployment);
  }

  /** By id or address. */
  find(name: string): SandboxDeployment | undefined {
    return this.#byName.get(name);
  }

  /** Those that were created before `end`, of one project or of all, the newest first. */
  before(end: number, projectId?: string): Iterable<SandboxDeployment> {
    if (projectId === undefined) return this.#line.before(end);
    return this.#lines.get(projectId)?.before(end) ?? [];
  }
}
