import { toAscii } from '../text.ts';

const MAX_SHOWN = 300;

/** A path as it can stand in one line: what a folder names may hold anything, a terminal's commands too. */
export function showPath(path: string): string {
  return /^[\x20-\x5b\x5d-\x7e]+$/.test(path) ? path : toAscii(JSON.stringify(path));
}

/**
 * A text from a record, in one line of ASCII, cut. Whoever once held a step's token can sign what they like, so no text
 * of a record may look like a line of ours.
 */
export function showText(text: string): string {
  const ascii = toAscii(text);
  return ascii.length > MAX_SHOWN ? `${ascii.slice(0, MAX_SHOWN)}…` : ascii;
}
