import { collect } from '../body.ts';
import { bitbucketRefusal } from '../reply.ts';
import type { Call } from '../router.ts';

const MAX_BODY_BYTES = 1024 * 1024;

/** The body as JSON, or the refusal of what is none. */
export async function readJson(call: Call): Promise<unknown> {
  const type = call.request.headers.get('content-type') ?? '';
  if (!/^application\/json(?:;|$)/.test(type)) throw invalid(`Content-Type must be application/json, got "${type}".`);
  const bytes = await collect(call.body, MAX_BODY_BYTES);
  if (!bytes) throw bitbucketRefusal(413, 'The body is too large.');
  try {
    return JSON.parse(bytes.toString('utf8')) as unknown;
  } catch {
    throw invalid('The body is no JSON.');
  }
}

export type Fields = Readonly<Record<string, unknown>>;

/** One object with these members and no others; one whose test is false is refused by its name. */
export function expectFields(
  value: unknown,
  tests: Readonly<Record<string, (member: unknown) => boolean>>,
  required: readonly string[],
): Fields {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw invalid('Expected an object.');
  const fields = value as Fields;
  for (const name of required) if (fields[name] === undefined) throw invalid(`${name}: required key not provided`);
  for (const [name, member] of Object.entries(fields)) {
    if (!(name in tests)) throw invalid(`${name}: extra keys not allowed`);
    if (!tests[name]?.(member)) throw invalid(`${name}: not a valid value`);
  }
  return fields;
}

export function textUpTo(length: number): (member: unknown) => boolean {
  return (member) => typeof member === 'string' && member !== '' && member.length <= length;
}

export function oneOf(...values: readonly string[]): (member: unknown) => boolean {
  return (member) => typeof member === 'string' && values.includes(member);
}

export function isUrl(member: unknown): boolean {
  return typeof member === 'string' && /^https?:\/\//.test(member) && URL.canParse(member);
}

export function invalid(message: string): ReturnType<typeof bitbucketRefusal> {
  return bitbucketRefusal(400, message);
}

export function expectCommit({ params: { commit = '' } }: Call): string {
  if (!/^[0-9a-f]{40}$/.test(commit)) throw bitbucketRefusal(404, `Commit ${commit} not found`);
  return commit;
}
