import { quoteText } from './findings.ts';
import { sha256Hex } from '../digest.ts';

/** What a build can fill into the names; undefined where it has no such thing. */
export interface AliasFacts {
  readonly branch?: string | undefined;
  readonly pr?: string | undefined;
  readonly commit?: string | undefined;
}

const MAX_LABEL = 63;
const MAX_NAME = 253;
const COMMIT_CHARS = 12;
const HASH_CHARS = 8;
const PLACEHOLDER = /\{([^{}]*)\}/g;

/** In words, what a build lacks where a placeholder cannot be filled. */
const NEEDED = {
  branch: 'a branch, and this build has none (a tag or a custom trigger)',
  pr: 'a pull request, and this build is none of one',
  commit: 'a commit, and this build names none',
} as const satisfies Record<keyof AliasFacts, string>;

/**
 * Host names from templates with `{branch}`, `{pr}` and `{commit}`. What is filled in becomes part of one DNS label: lower
 * case, letters, digits and hyphens; a label that gets too long is cut, and ends in a hash of all of it.
 */
export function expandAliases(
  templates: readonly string[],
  facts: AliasFacts,
): { readonly names: string[]; readonly faults: string[] } {
  const names = new Set<string>();
  const faults: string[] = [];
  for (const template of templates) {
    const expanded = expand(template, facts);
    if ('name' in expanded) names.add(expanded.name);
    else faults.push(...expanded.faults.map((fault) => `ALIASES: got ${quoteText(template)}; ${fault}`));
  }
  return { names: [...names], faults };
}

function expand(template: string, facts: AliasFacts): { readonly name: string } | { readonly faults: string[] } {
  const used = [...template.matchAll(PLACEHOLDER)].map(([, placeholder = '']) => placeholder);
  const faults = [...new Set(used)].flatMap((placeholder) => findFault(placeholder, facts) ?? []);
  if (/[{}]/.test(template.replace(PLACEHOLDER, '')))
    faults.push('a brace stands alone; write {branch}, {pr} or {commit}.');
  if (faults.length > 0) return { faults };
  const labels = template.split('.').map((label) => fill(label, facts));
  const name = labels.join('.');
  if (labels.length < 2) return { faults: ['a host name has a domain, such as NAME.vercel.app.'] };
  if (!labels.every(isLabel)) {
    const wanted = `a host name takes letters, digits and hyphens, at most ${String(MAX_LABEL)} between two dots`;
    return { faults: [`${wanted}; this one becomes ${JSON.stringify(name.slice(0, MAX_NAME))}.`] };
  }
  if (name.length > MAX_NAME) {
    return {
      faults: [`it becomes ${String(name.length)} characters long, and a host name has at most ${String(MAX_NAME)}.`],
    };
  }
  return { name };
}

function findFault(placeholder: string, facts: AliasFacts): string | undefined {
  if (!isKnown(placeholder)) {
    return `{${placeholder}} is unknown; {branch}, {pr} and {commit} can stand in a name.`;
  }
  return facts[placeholder] ? undefined : `{${placeholder}} needs ${NEEDED[placeholder]}.`;
}

function isKnown(placeholder: string): placeholder is keyof AliasFacts {
  return Object.hasOwn(NEEDED, placeholder);
}

/** One label with its placeholders filled. Only what was filled in may be cut: what the user wrote is theirs to mend. */
function fill(label: string, facts: AliasFacts): string {
  const put = (valueOf: (value: string) => string): string =>
    label.replace(PLACEHOLDER, (_, placeholder: string) =>
      isKnown(placeholder) ? valueOf(valueFor(placeholder, facts)) : '',
    );
  const filled = put(slug)
    .toLowerCase()
    .replace(/^-+|-+$/g, '');
  if (!label.includes('{')) return label.toLowerCase();
  if (filled.length <= MAX_LABEL) return filled;
  // Of the text before it was slugged, so that branches stay apart that differ in what the slug leaves out.
  return withHash(
    filled,
    put((value) => value),
  );
}

function valueFor(placeholder: keyof AliasFacts, facts: AliasFacts): string {
  const value = facts[placeholder] ?? '';
  return placeholder === 'commit' ? value.slice(0, COMMIT_CHARS) : value;
}

/** A value as part of a label. One in another script keeps a hash of what the slug cannot show. */
function slug(value: string): string {
  const plain = value.normalize('NFKD').replace(/\p{M}+/gu, '');
  const shown = plain
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '');
  return shown !== '' && /^[\u0020-\u007e]*$/.test(plain) ? shown : withHash(shown, value);
}

function withHash(text: string, whole: string): string {
  const start = text.slice(0, MAX_LABEL - HASH_CHARS - 1).replace(/-+$/, '');
  const hash = sha256Hex(whole).slice(0, HASH_CHARS);
  return start === '' ? hash : `${start}-${hash}`;
}

function isLabel(label: string): boolean {
  return label.length <= MAX_LABEL && /^[a-z0-9](?:[a-z0-9-]*[a-z0-9])?$/.test(label);
}
