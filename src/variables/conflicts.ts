/** A fault that lies between variables. */
export interface Conflict {
  /** Whose values say so, the one to change first. */
  readonly of: readonly string[];
  readonly fault: string;
}

/** Those that rest on sound values alone: what a variable with a fault of its own was meant to be, nobody knows. */
export function tellConflicts(
  conflicts: readonly Conflict[],
  faulty: ReadonlySet<string | undefined>,
): readonly string[] {
  return conflicts.filter(({ of }) => !of.some((name) => faulty.has(name))).map(({ fault }) => fault);
}
