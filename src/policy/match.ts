import type { AccessRequest, GrantRule } from './types.ts';

/** True where the text is the pattern, with `*` for any run of characters, none included. Linear: it never goes back. */
export function matchGlob(pattern: string, text: string): boolean {
  const [head = '', ...rest] = pattern.split('*');
  const tail = rest.pop();
  if (tail === undefined) return text === pattern;
  if (!text.startsWith(head)) return false;
  let position = head.length;
  for (const part of rest) {
    const found = text.indexOf(part, position);
    if (found === -1) return false;
    position = found + part.length;
  }
  return text.endsWith(tail) && text.length - tail.length >= position;
}

/** The parts of `allow` that do not cover the request. */
export function findUncovered({ allow }: GrantRule, { action, projectId, target }: AccessRequest): readonly string[] {
  return [
    ...(allow.actions.includes(action) ? [] : [action]),
    ...(allow.projects.includes(projectId) ? [] : [projectId]),
    ...(allow.targets.includes(target) ? [] : [target]),
  ];
}

type Claims = Readonly<Record<string, string>>;

/** The claims of `when` that the identity does not meet. */
export function findUnmet({ when }: GrantRule, claims: Claims): readonly string[] {
  return Object.entries(when)
    .filter(([claim, wanted]) => !meetsClaim(claim, wanted, readClaim(claims, claim)))
    .map(([claim]) => claim);
}

/** A claim of the token itself. An empty one says nothing, so it counts as absent. */
export function readClaim(claims: Claims, claim: string): string | undefined {
  const value = Object.hasOwn(claims, claim) ? claims[claim] : undefined;
  return value === '' ? undefined : value;
}

function meetsClaim(claim: string, wanted: readonly string[], got: string | undefined): boolean {
  if (got === undefined) return false;
  if (claim.endsWith('Uuid')) return wanted.some((value) => bareUuid(value) === bareUuid(got));
  return wanted.some((value) => matchGlob(value, got));
}

/** Bitbucket writes UUIDs with braces in some places and without in others. */
function bareUuid(uuid: string): string {
  return uuid.replace(/^\{(.*)\}$/, '$1').toLowerCase();
}
