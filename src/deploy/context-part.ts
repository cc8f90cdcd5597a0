import { PipeError } from '../errors.ts';
import { readServerError, type HttpReply } from '../http/index.ts';
import { isJson, type Json } from './json.ts';

/** One part of what a record wants to know, or why it is not known. */
export type Part<T> = { readonly value: T; readonly refusal?: undefined } | Refused;
export interface Refused {
  readonly value?: undefined;
  /** Names the part. Status and code words alone: a server's own text may hold anything. */
  readonly refusal: string;
}

/** What a part could not be read for, in words of ours. */
export class Unreadable extends Error {}

/**
 * Best effort: nothing that goes wrong here may cost the run, and no part the others.
 * @param bound ends the reads, at their deadline or with the run.
 */
export async function readPart<T>(name: string, bound: AbortSignal, read: () => Promise<T>): Promise<Part<T>> {
  try {
    return { value: await read() };
  } catch (error) {
    return { refusal: `${name}: ${reasonOf(error, bound)}` };
  }
}

function reasonOf(error: unknown, bound: AbortSignal): string {
  if (error instanceof Unreadable) return error.message;
  if (bound.aborted) return 'no answer in time';
  return error instanceof PipeError ? error.code : 'INTERNAL';
}

/**
 * The body of an answer that is one.
 * @throws {Unreadable} for every other.
 */
export function bodyOf(reply: HttpReply): Json {
  if (reply.status === 200 && isJson(reply.body)) return reply.body;
  const words = ['status', String(reply.status), codeWord(readServerError(reply).code)];
  throw new Unreadable(words.filter((word) => word !== '').join(' '));
}

/**
 * A list in such a body.
 * @throws {Unreadable} where there is none.
 */
export function listOf(reply: HttpReply, member: string): readonly unknown[] {
  const list = bodyOf(reply)[member];
  if (!Array.isArray(list)) throw new Unreadable(`status 200, without ${member}`);
  return list;
}

/** A code is a word; what is none may be anything, a value included. */
function codeWord(code: string): string {
  return /^[a-z][a-z0-9_-]{0,63}$/i.test(code) ? code : '';
}
