/** What a look at the build output brings: each text names the path, what is wrong, and what to do. */
export interface Findings {
  /** Stop the run before anything is sent. */
  readonly faults: string[];
  readonly warnings: string[];
}

/** The well-known mistake: built in one step, deployed in another, and a part of the build stayed behind. */
export function addToArtifacts(path: string): string {
  const top = path.split('/', 1)[0] ?? path;
  const glob = path.includes('/') ? `${top}/**` : top;
  return `If the Build step made it, add '${glob}' to the artifacts of that step.`;
}
