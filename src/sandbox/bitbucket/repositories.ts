import { Timeline } from '../timeline.ts';
import type { StepFacts } from '../types.ts';
import type { PlantedPipeline, PlantedPullRequest, PlantedRepository, PlantedStep } from './types.ts';

/** A pipeline as it stands now. */
export interface StoredPipeline {
  planted: PlantedPipeline;
  /** Milliseconds since 1970. */
  readonly createdAt: number;
}

export interface Repository extends PlantedRepository {
  readonly pipelines: Map<string, StoredPipeline>;
  /** The same in the order of their creation. */
  readonly line: Timeline<StoredPipeline>;
  /** By pipeline. */
  readonly steps: Map<string, PlantedStep[]>;
  /** By number. */
  readonly pullRequests: Map<string, PlantedPullRequest>;
  /** Numbers of pull requests by commit. */
  readonly reviewed: Map<string, number[]>;
}

/** The repositories of the step's workspace. */
export interface Repositories {
  readonly own: Repository;
  add(planted: PlantedRepository): void;
  /** By UUID in braces or by slug. */
  find(name: string): Repository | undefined;
  /** The one that something is planted in. */
  need(uuid: string | undefined): Repository;
}

export function createRepositories({ repositoryUuid: uuid, repositorySlug: slug }: StepFacts): Repositories {
  const own = createRepository({ uuid, slug });
  const known = new Map([
    [uuid, own],
    [slug, own],
  ]);
  return {
    own,
    find: (name) => known.get(name),
    add(planted) {
      const repository = createRepository(planted);
      for (const name of [planted.uuid, planted.slug]) {
        if (known.has(name)) throw new Error(`The sandbox has a repository ${name} already`);
        known.set(name, repository);
      }
    },
    need(wanted = uuid) {
      const found = known.get(wanted);
      if (!found) throw new Error(`The sandbox has no repository ${wanted}`);
      return found;
    },
  };
}

function createRepository({ uuid, slug }: PlantedRepository): Repository {
  return {
    ...{ uuid, slug },
    pipelines: new Map(),
    line: new Timeline(({ createdAt }) => createdAt),
    steps: new Map(),
    pullRequests: new Map(),
    reviewed: new Map(),
  };
}
