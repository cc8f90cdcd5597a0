/** One part of a path pattern, between slashes. */
type Part = '**' | readonly string[];

/**
 * A pattern of `*` (any run of characters), `?` (one character) and `**` (any number of folders), none of which crosses
 * a slash but the last. Nothing else is special, and a leading dot is a character like any other.
 */
export interface Glob {
  /** The folder that the pattern stands in: its parts before the first with a wildcard. */
  readonly base: string;
  readonly parts: readonly Part[];
}

/** How far names from the base down to some folder have matched: positions in the pattern's parts. */
export type Reached = ReadonlySet<number>;

/** Undefined for a path without any wildcard. `path` is absolute. */
export function parseGlob(path: string): Glob | undefined {
  const parts = path.split('/');
  const first = parts.findIndex((part) => /[*?]/.test(part));
  if (first === -1) return undefined;
  return {
    base: parts.slice(0, first).join('/') || '/',
    // As signs, not as UTF-16 units, so that `?` takes one whole.
    parts: parts.slice(first).map((part) => (part === '**' ? part : Array.from(part))),
  };
}

export function startGlob(glob: Glob): Reached {
  return skipStars(glob, [0]);
}

/** What is reached one name further down; empty where no path from there can match. */
export function stepGlob(glob: Glob, reached: Reached, name: string): Reached {
  const signs = Array.from(name);
  const next: number[] = [];
  for (const position of reached) {
    const part = glob.parts[position];
    if (part === '**') next.push(position);
    else if (part && matchPart(part, signs)) next.push(position + 1);
  }
  return skipStars(glob, next);
}

/** Whether the names up to here are the whole pattern. */
export function isMatch(glob: Glob, reached: Reached): boolean {
  return reached.has(glob.parts.length);
}

/** `**` may be no folder at all. */
function skipStars({ parts }: Glob, positions: readonly number[]): Reached {
  const reached = new Set<number>();
  for (const start of positions) {
    reached.add(start);
    for (let position = start; parts[position] === '**'; position += 1) reached.add(position + 1);
  }
  return reached;
}

/** Goes back to the last `*` only: what an earlier one took can never need to be more. */
function matchPart(pattern: readonly string[], name: readonly string[]): boolean {
  let [at, star, resume] = [0, -1, 0];
  for (let position = 0; position < name.length;) {
    if (pattern[at] === '*') {
      star = at;
      resume = position;
      at += 1;
    } else if (pattern[at] === '?' || (pattern[at] !== undefined && pattern[at] === name[position])) {
      at += 1;
      position += 1;
    } else if (star >= 0) {
      at = star + 1;
      resume += 1;
      position = resume;
    } else return false;
  }
  return pattern.slice(at).every((sign) => sign === '*');
}
