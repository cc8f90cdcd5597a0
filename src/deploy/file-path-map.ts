import { AGAIN, showPath, type Findings, quoteText } from './findings.ts';
import { isJson, type Json } from './json.ts';
import { joinInRoot } from './paths.ts';

/** Values of `filePathMap`, as they are written, and the paths in the root that they mean; undefined outside of it. */
export type References = Map<string, string | undefined>;

/**
 * The files outside its folder that a function takes along, as paths relative to the root.
 * @param known gets every value; hundreds of functions name the same files
 */
export function readFilePathMap(config: Json, path: string, known: References, { faults }: Findings): string[] {
  const map = config['filePathMap'];
  if (map === undefined || map === null) return [];
  if (!isJson(map)) {
    faults.push(`${path}: filePathMap is not an object. ${AGAIN}`);
    return [];
  }
  const paths: string[] = [];
  for (const [name, value] of Object.entries(map)) {
    if (typeof value !== 'string') {
      faults.push(`${path}: filePathMap gives no path for ${quoteText(name)}. ${AGAIN}`);
      continue;
    }
    if (!known.has(value)) known.set(value, toPath(value));
    const target = known.get(value);
    if (target !== undefined) paths.push(target);
  }
  return paths;
}

/** What is outside is not sent, as by the Vercel CLI. */
export function warnOfOutside(references: References, { warnings }: Findings): void {
  for (const [value, path] of references) {
    if (path !== undefined) continue;
    warnings.push(
      `${showPath(value)}: a function needs it, but it is outside the deployed folder, so it is not sent. Deploy from a folder that holds it.`,
    );
  }
}

function toPath(value: string): string | undefined {
  const path = joinInRoot('', value.replace(/^\/+/, ''));
  // The CLI takes any path that begins with two dots for one that leaves the root.
  return path === '' || path?.startsWith('..') ? undefined : path;
}
