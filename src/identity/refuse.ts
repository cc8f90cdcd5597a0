import { PipeError } from '../errors.ts';

/** A token that is not what it must be: `The OIDC token <problem>.` Claims may be told, never the token's text. */
export function refuseToken(problem: string, got: string, wanted: string, fix?: string): PipeError {
  const parts = { code: 'TOKEN_INVALID', message: `The OIDC token ${problem}.`, got, wanted } as const;
  return new PipeError(fix === undefined ? parts : { ...parts, fix });
}

/** A value as JSON in ASCII, cut: nobody's claim writes control characters or look-alikes into the log. */
export function show(value: unknown): string {
  if (value === undefined) return 'nothing';
  const toEscape = (unit: string): string => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;
  const json = JSON.stringify(value).replace(/[^\x20-\x7e]/g, toEscape);
  return json.length > 200 ? `${json.slice(0, 200)}…` : json;
}
