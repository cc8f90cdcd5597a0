import { PipeError } from '../errors.ts';

/** A token that is not what it must be: `The OIDC token <problem>.` Claims may be told, never the token's text. */
export function refuseToken(problem: string, got: string, wanted: string, fix?: string): PipeError {
  const parts = { code: 'TOKEN_INVALID', message: `The OIDC token ${problem}.`, got, wanted } as const;
  return new PipeError(fix === undefined ? parts : { ...parts, fix });
}
