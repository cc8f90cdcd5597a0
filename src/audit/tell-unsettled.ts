import type { Asked, SeenDeployment } from './types.ts';

/** Why it stays open what an event is about. */
export function tellUnsettled(
  isPlaced: boolean,
  key: string | undefined,
  answer: Asked<SeenDeployment> | undefined,
): string {
  if (key === undefined) return 'The event does not say which deployment it is about.';
  const what = isPlaced ? 'which deployment that is' : 'which project it is of';
  if (!answer || 'found' in answer) return `Vercel does not say of ${key} ${what}.`;
  return 'absent' in answer
    ? `Vercel does not know ${key} any more, and nothing else says ${what}.`
    : `Vercel does not say of ${key} ${what}: ${answer.unknown}`;
}
