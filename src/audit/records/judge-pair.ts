import { PipeError } from '../../errors.ts';
import { holdsNamedIntent, isNamedIntent, readNamedIntent, type Proved } from '../../record/index.ts';
import { accept, base, findCarried, judgeRecord, refuse, type Judgement, type Judging } from './judge.ts';
import type { Opened } from './opened.ts';

/** `intent` is undefined for one that nobody needs: {@link isCarriedAlong}. */
export interface JudgedPair {
  readonly intent: Judgement | undefined;
  readonly result: Judgement;
  /** The result names the intent, which does not contradict it. */
  readonly agreed: boolean;
}

/**
 * Judges a result and the intent beside it. The intent is proved by the digest that the result names; where it then
 * contradicts the result, neither holds.
 */
export function judgePair(intent: Opened, result: Opened, judging: Judging): JudgedPair {
  const judged = judgeRecord(result, judging, intent);
  const { proved } = judged;
  if (!proved) return { intent: judgeRecord(intent, judging), result: judged, agreed: false };
  try {
    if (isCarriedAlong(intent, judged, proved, judging)) return { intent: undefined, result: judged, agreed: true };
    const named = findNamed(intent, proved.statement, judging);
    if (named) return { intent: acceptNamed(intent, named, judged, judging), result: judged, agreed: true };
    // By another key, it is proved by itself, and may be the one all the same.
    const alone = judgeRecord(intent, judging);
    const agreed = alone.proved !== undefined && holdsNamedIntent(intent.bytes, proved.statement);
    return { intent: alone, result: judged, agreed };
  } catch (error) {
    if (!(error instanceof PipeError)) throw error;
    const alone = judgeRecord(intent, judging);
    // By itself it holds: what is wrong is between the two.
    return { intent: alone, result: alone.proved ? refuse(result, error) : judged, agreed: false };
  }
}

/**
 * Whether an intent may be carried without a line of its own: the previous checkpoint has it as it has the result, which
 * names it, and which says what became of it. Intents are half of all files.
 */
function isCarriedAlong(intent: Opened, { seen }: Judgement, { statement }: Proved, { previous }: Judging): boolean {
  const { verdict, facts } = seen;
  if (verdict.state !== 'verified' || verdict.carried !== true || !facts.deployment) return false;
  const entry = previous?.list.find(intent.digest);
  if (entry?.phase !== 'intent' || entry.recordId !== facts.recordId || entry.timestampAt !== undefined) return false;
  const alike = entry.trust === verdict.trust && entry.assurance === verdict.assurance;
  return alike && holdsNamedIntent(intent.bytes, statement, entry.deploymentId === facts.deployment.id);
}

interface Named extends Proved {
  readonly carried?: true;
}

/** An intent whose bytes were proved before is not looked at as closely again. */
function findNamed(intent: Opened, result: Proved['statement'], judging: Judging): Named | undefined {
  const known = findCarried(intent, judging);
  if (known && isNamedIntent(known.proved, result)) return { ...known.proved, carried: true };
  return readNamedIntent(intent.text, result);
}

function acceptNamed(intent: Opened, named: Named, { seen: { verdict } }: Judgement, judging: Judging): Judgement {
  if (verdict.state !== 'verified') return judgeRecord(intent, judging);
  const { carried, ...proved } = named;
  const basis = { ...base(proved, judging), assurance: verdict.assurance };
  return accept(intent, proved, carried ? { ...basis, carried } : basis, judging);
}
