import { redact } from '../secret.ts';

/** What a look at the build output brings: each text names the path, what is wrong, and what to do. */
export interface Findings {
  /** Stop the run before anything is sent. */
  readonly faults: string[];
  readonly warnings: string[];
}

export const AGAIN = 'Build again with `vercel build`.';

/** The well-known mistake: built in one step, deployed in another, and a part of the build stayed behind. */
export function addToArtifacts(path: string): string {
  return `If the Build step made it, add '${showPath(artifactGlob(path))}' to the artifacts of that step.`;
}

/** What stands in `artifacts` of a Bitbucket step, to bring a path along. */
export function artifactGlob(path: string): string {
  const top = path.split('/', 1)[0] ?? path;
  return path.includes('/') ? `${top}/**` : top;
}

/** A path as it can stand in one line of a log: what a build names may hold anything, a terminal's commands too. */
export function showPath(path: string): string {
  if (isPlainName(path)) return path;
  return JSON.stringify(path).replace(/[\u007f-\u009f]/g, (sign) => `\\u00${sign.charCodeAt(0).toString(16)}`);
}

const MAX_QUOTED = 160;

/** What a build or a rule says, in quotes and bounded: it may be a whole file. */
export function quoteText(text: string): string {
  const clean = redact(text);
  return JSON.stringify(clean.length > MAX_QUOTED ? `${clean.slice(0, MAX_QUOTED)}…` : clean);
}

/** Neither a backslash, nor a control character, nor a sign that stands for bytes that are not UTF-8. */
export function isPlainName(path: string): boolean {
  return path.isWellFormed() && !/[\\\u0000-\u001f\u007f-\u009f\ufffd]/.test(path);
}

/** `a, b and 3 more`: enough to find the mistake by, in a log that is read by people. */
export function listSome(names: readonly string[], shown = 5): string {
  const some = names.slice(0, shown).map(showPath).join(', ');
  return names.length > shown ? `${some} and ${String(names.length - shown)} more` : some;
}

/** Bytes as people compare them with Vercel's limits, whose MB are 1024 * 1024 bytes. */
export function formatMegabytes(bytes: number): string {
  return `${(bytes / 1024 / 1024).toFixed(1)} MB`;
}
