import type { SmokePath } from '../variables/types.ts';

/** What came of one request. */
export type Answer =
  | {
      readonly kind: 'answer';
      readonly status: number;
      readonly text: string;
      /** Of a redirect, as the header has it. */
      readonly location: string | undefined;
    }
  /** Nothing came; `fault` in a few words. */
  | { readonly kind: 'none'; readonly fault: string }
  /** Vercel's protection answered in the deployment's place. */
  | { readonly kind: 'protected'; readonly status: number };

export interface Judged {
  readonly ok: boolean;
  /** True where the same request may be answered otherwise in a moment. */
  readonly mayChange: boolean;
  readonly textFound: boolean | undefined;
}

/** What a deployment that is warming up, or whose address is not everywhere yet, answers: 404 too. */
const WARMING: readonly number[] = [404, 408, 425, 429];

export function judgeAnswer(answer: Answer, { status, text }: SmokePath): Judged {
  if (answer.kind !== 'answer') return { ok: false, mayChange: answer.kind === 'none', textFound: undefined };
  const textFound = text === undefined ? undefined : answer.text.includes(text);
  const sameStatus = answer.status === status;
  const ok = sameStatus && textFound !== false;
  return { ok, mayChange: !sameStatus && (answer.status >= 500 || WARMING.includes(answer.status)), textFound };
}
