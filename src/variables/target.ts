import type { Target } from './types.ts';

/** As policies, records and Vercel's replies name it: `preview`, `production`, or the slug. */
export function nameTarget(target: Target): string {
  return target.kind === 'custom' ? target.slug : target.kind;
}
