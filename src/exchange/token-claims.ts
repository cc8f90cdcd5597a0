import { decodeJwt } from 'jose';
import { cleanText } from '../http/index.ts';
import type { Secret } from '../secret.ts';
import { toAscii } from '../text.ts';

/** Longer than any subject of a step: two UUIDs of Bitbucket with their braces and one more. */
const MAX_SHOWN_CHARS = 600;
/** `{repository}:{step}`, or with the deployment environment between them. */
const STEP_SUBJECT = /^\{[0-9a-f-]{36}\}(?::\{[0-9a-f-]{36}\}){1,2}$/i;

/** What a token says of itself, for error texts: a service that refuses it compares these with what it was told. */
export interface ShownClaims {
  readonly iss: string;
  readonly sub: string;
  readonly aud: string;
  /** ISO time; `nothing` where there is none. */
  readonly exp: string;
  /** A subject of Bitbucket's, which is another one in every run. */
  readonly isStep: boolean;
}

/** Nobody has checked them: they are shown, and decide nothing. A token that is no JWT shows `nothing`. */
export function showClaims(token: Secret | undefined): ShownClaims {
  const { iss, sub, aud, exp } = decode(token);
  return {
    iss: show(iss),
    sub: show(sub),
    aud: Array.isArray(aud) ? `[${aud.map(show).join(', ')}]` : show(aud),
    exp: typeof exp === 'number' && Math.abs(exp) < 1e11 ? new Date(exp * 1000).toISOString() : 'nothing',
    isStep: typeof sub === 'string' && STEP_SUBJECT.test(sub),
  };
}

function decode(token: Secret | undefined): Record<string, unknown> {
  try {
    return token ? decodeJwt(token.reveal()) : {};
  } catch {
    return {};
  }
}

function show(value: unknown): string {
  return typeof value === 'string' ? `"${toAscii(cleanText(value, MAX_SHOWN_CHARS))}"` : 'nothing';
}
