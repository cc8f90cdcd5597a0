import { readGitText, type GitFolders } from './git-files.ts';
import type { Reader } from './reader.ts';

const MAX_REF_BYTES = 4096;
const MAX_PACKED_REFS_BYTES = 8 * 1024 * 1024;
/** As git has it. */
const MAX_SYMBOLIC_STEPS = 5;
const OBJECT_NAME = /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/;
const BRANCHES = 'refs/heads/';

export interface GitHead {
  readonly commit: string | undefined;
  /** Undefined where HEAD is detached. */
  readonly branch: string | undefined;
}

/** What is checked out, as HEAD says. */
export async function readHead(files: Reader, root: string, { own, common }: GitFolders): Promise<GitHead> {
  const head = await readGitText(files, root, `${own}/HEAD`, MAX_REF_BYTES);
  const ref = toRef(head);
  const branch = ref?.startsWith(BRANCHES) === true ? ref.slice(BRANCHES.length) : undefined;
  return { branch, commit: ref === undefined ? toObjectName(head) : await resolveRef(files, root, common, ref) };
}

async function resolveRef(files: Reader, root: string, common: string, start: string): Promise<string | undefined> {
  let ref = start;
  for (let step = 0; step < MAX_SYMBOLIC_STEPS; step += 1) {
    const loose = await readGitText(files, root, `${common}/${ref}`, MAX_REF_BYTES);
    if (loose === undefined) return findPacked(files, root, common, ref);
    const next = toRef(loose);
    if (next === undefined) return toObjectName(loose);
    ref = next;
  }
  return undefined;
}

/** Each line is `<object name> <ref>`, or a comment, or what an annotated tag points at. */
async function findPacked(files: Reader, root: string, common: string, ref: string): Promise<string | undefined> {
  const text = (await readGitText(files, root, `${common}/packed-refs`, MAX_PACKED_REFS_BYTES)) ?? '';
  const end = text.indexOf(` ${ref}\n`);
  return end === -1 ? undefined : toObjectName(text.slice(text.lastIndexOf('\n', end) + 1, end));
}

/** A ref that can be looked up as a path: git refuses the same names, and some more. */
function toRef(text: string | undefined): string | undefined {
  const ref = /^ref:\s*(refs\/[^\s~^:?*[\\\u0000-\u001f\u007f]+)\n*$/.exec(text ?? '')?.[1];
  return ref === undefined || /\.\.|\/\/|\/\.|\/$|\.lock(?:\/|$)/.test(ref) ? undefined : ref;
}

function toObjectName(text: string | undefined): string | undefined {
  const name = text?.trimEnd();
  return name !== undefined && OBJECT_NAME.test(name) ? name : undefined;
}
