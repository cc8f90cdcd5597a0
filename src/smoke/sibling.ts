import type { Answer } from './judge.ts';
import type { Site } from './types.ts';

const REDIRECTS: readonly number[] = [301, 302, 303, 307, 308];

/**
 * The other name of the deployment that this one only leads to, as `example.com` does to `www.example.com` where the project
 * has it so. Path and query stay as they are: what leads to another page, or to a host that is not among these, is an
 * answer like any other.
 */
export function findSibling(answer: Answer, { host }: Site, path: string, siblings: readonly Site[]): Site | undefined {
  if (answer.kind !== 'answer' || answer.location === undefined || !REDIRECTS.includes(answer.status)) return undefined;
  const asked = new URL(`https://${host}${path}`);
  if (!URL.canParse(answer.location, asked.href)) return undefined;
  const { origin, hostname, pathname, search } = new URL(answer.location, asked);
  // A port, or another scheme, is no name of Vercel's.
  if (origin !== `https://${hostname}` || pathname !== asked.pathname || search !== asked.search) return undefined;
  return siblings.find((sibling) => sibling.host === hostname);
}
