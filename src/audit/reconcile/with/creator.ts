import type { RecordLine } from '../../types.ts';
import { word } from '../say.ts';

/** Vercel's own exchange gives a token of an app. Any other way may lead to a person's. */
export function compareCreator(
  { hop }: RecordLine,
  type: string | undefined,
  name: string | undefined,
): readonly string[] {
  if (hop !== 'vercel' || type === undefined || type === 'app') return [];
  const who = name === undefined ? '' : ` (${word(name)})`;
  return [
    `The record says that Vercel's exchange gave the token, so its creator is an app; Vercel says ${word(type)}${who}.`,
  ];
}
