import { PipeError } from '../errors.ts';
import type { GrantRule, Policy } from '../policy/types.ts';
import { matchGlob } from '../text.ts';
import type { Scope } from './types.ts';

const DEFAULT_AUDIENCE = 'https://vercel.com/api/login/oauth/token';
/** Vercel's own, and enough for every other server. */
const MAX_VALUES = 50;

export function audienceOf({ audience }: Policy): string {
  return audience ?? DEFAULT_AUDIENCE;
}

/**
 * The grant as scopes, one for each issuer. Bitbucket writes UUIDs in small letters with braces; servers compare exactly,
 * so that spelling is the one that can match. `iss` and `aud` have fields of their own in every form: a grant that names
 * them in `when` gets no scope where they cannot match.
 * @throws {PipeError} `POLICY_INVALID` for a policy without issuers: nobody could say whose tokens are meant.
 */
export function toScopes(policy: Policy, { id, allow, when }: GrantRule): readonly Scope[] {
  if (policy.issuers.length === 0) throw withoutIssuers();
  const { iss = ['*'], aud = ['*'], ...rest } = when;
  if (!aud.some((pattern) => matchGlob(pattern, audienceOf(policy)))) return [];
  const claims = Object.entries(rest).map(([name, values]) => [name, simplify(name, values)] as const);
  const issuers = policy.issuers.filter((issuer) => iss.some((pattern) => matchGlob(pattern, issuer)));
  return issuers.map((issuer) => ({
    grants: [id],
    issuer,
    claims: Object.fromEntries(claims),
    projects: [...allow.projects].sort(),
  }));
}

/**
 * As few scopes as admit exactly the same: one that lies within another goes, and two that differ in one thing become
 * one. Whatever would admit more than the two stays apart.
 */
export function combineScopes(scopes: readonly Scope[]): readonly Scope[] {
  const done: Scope[] = [];
  const waiting = [...scopes];
  for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
    const united = takeUnited(done, next);
    // What became wider may now hold, or fit, what was kept before it.
    if (united) waiting.unshift(united);
    else done.push(next);
  }
  return done;
}

/** Takes the first of the list that can be one with the scope, and gives that one. */
function takeUnited(list: Scope[], scope: Scope): Scope | undefined {
  for (const [index, other] of list.entries()) {
    const united = uniteScopes(other, scope);
    if (!united) continue;
    list.splice(index, 1);
    return united;
  }
  return undefined;
}

/** False only where no token can be in both. */
export function mayOverlap(a: Scope, b: Scope): boolean {
  const shared = Object.keys(a.claims).filter((name) => Object.hasOwn(b.claims, name));
  return a.issuer === b.issuer && shared.every((name) => listsMeet(a.claims[name] ?? [], b.claims[name] ?? []));
}

function listsMeet(a: readonly string[], b: readonly string[]): boolean {
  return a.some((one) =>
    b.some((other) => (one.includes('*') && other.includes('*')) || matchGlob(one, other) || matchGlob(other, one)),
  );
}

/** The one scope that admits what both do and nothing else; undefined where there is none. */
function uniteScopes(a: Scope, b: Scope): Scope | undefined {
  if (a.issuer !== b.issuer) return undefined;
  const grants = [...new Set([...a.grants, ...b.grants])];
  if (contains(a, b)) return { ...a, grants };
  if (contains(b, a)) return { ...b, grants };
  const names = Object.keys(a.claims);
  if (names.length !== Object.keys(b.claims).length) return undefined;
  if (!names.every((name) => Object.hasOwn(b.claims, name))) return undefined;
  const differing = names.filter((name) => !sameList(a.claims[name] ?? [], b.claims[name] ?? []));
  const sameProjects = sameList(a.projects, b.projects);
  const [name, ...others] = differing;
  if (name === undefined) return { ...a, grants, projects: [...new Set([...a.projects, ...b.projects])].sort() };
  if (!sameProjects || others.length > 0) return undefined;
  const values = simplify(name, [...(a.claims[name] ?? []), ...(b.claims[name] ?? [])]);
  return values.length > MAX_VALUES ? undefined : { ...a, grants, claims: { ...a.claims, [name]: values } };
}

/** True where every token and project of `b` is one of `a`. A claim that `a` does not name may be anything in `b`. */
function contains(a: Scope, b: Scope): boolean {
  return (
    b.projects.every((project) => a.projects.includes(project)) &&
    Object.entries(a.claims).every(([name, wide]) => {
      // An own one: a claim may be called as something that every object has.
      const narrow = Object.hasOwn(b.claims, name) ? b.claims[name] : undefined;
      return narrow?.every((value) => wide.some((pattern) => matchGlob(pattern, value))) === true;
    })
  );
}

function sameList(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((value) => b.includes(value));
}

/** Without what another value covers: a pattern that matches another, `*` taken as a letter, matches all that it does. */
function simplify(name: string, values: readonly string[]): readonly string[] {
  const kept: string[] = [];
  for (const value of name.endsWith('Uuid') ? values.map(spellUuid) : values) {
    if (kept.some((other) => matchGlob(other, value))) continue;
    const apart = kept.filter((other) => !matchGlob(value, other));
    kept.splice(0, kept.length, ...apart, value);
  }
  return kept;
}

function spellUuid(uuid: string): string {
  return `{${uuid.replace(/[{}]/g, '').toLowerCase()}}`;
}

function withoutIssuers(): PipeError {
  return new PipeError({
    code: 'POLICY_INVALID',
    message: 'This policy names no issuers, so nothing outside of the pipe can be told whose tokens count.',
    wanted: 'issuers: with the address of the workspace, as doctor prints it',
    fix: "issuers: ['https://api.bitbucket.org/2.0/workspaces/WORKSPACE/pipelines-config/identity/oidc']",
  });
}
