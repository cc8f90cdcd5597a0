import { CONFIG } from './checks.ts';
import { AGAIN, type Findings } from './findings.ts';
import { isJson, type Json } from './json.ts';

/** Of one deployment; Enterprise plans may have another. */
const MAX_ROUTES = 2048;
/** Vercel's bound on one pattern. */
const MAX_PATTERN_LENGTH = 4096;
/** A mistake in a generator is in all of its routes. */
const SHOWN = 5;

/**
 * How many routes there are, and whether their patterns can be read. They are PCRE for Vercel, of which JavaScript knows
 * nearly all, so one that it cannot read is only suspect. None is run: a pattern can be made to take for ever.
 */
export function checkRoutes({ routes }: Json, { faults, warnings }: Findings): void {
  if (routes === undefined || routes === null) return;
  if (!Array.isArray(routes)) {
    faults.push(`${CONFIG}: routes is no list. ${AGAIN}`);
    return;
  }
  if (routes.length > MAX_ROUTES) {
    warnings.push(
      `${CONFIG}: ${String(routes.length)} routes, and Vercel takes ${String(MAX_ROUTES)} in one deployment unless the plan says otherwise. Use fewer, or bulk redirects.`,
    );
  }
  const suspect = routes.flatMap((route: unknown, index) => {
    const pattern = isJson(route) ? route['src'] : undefined;
    const fault = typeof pattern === 'string' ? judgePattern(pattern) : undefined;
    return fault === undefined ? [] : [`${CONFIG}: src of routes[${String(index)}] ${fault}`];
  });
  warnings.push(...suspect.slice(0, SHOWN));
  if (suspect.length > SHOWN)
    warnings.push(`${CONFIG}: src of ${String(suspect.length - SHOWN)} more routes likewise.`);
}

function judgePattern(pattern: string): string | undefined {
  if (pattern.length > MAX_PATTERN_LENGTH) {
    return `has ${String(pattern.length)} characters, and Vercel takes ${String(MAX_PATTERN_LENGTH)}. Make it shorter.`;
  }
  try {
    new RegExp(pattern);
    return undefined;
  } catch {
    const shown = JSON.stringify(pattern.length > 100 ? `${pattern.slice(0, 100)}…` : pattern);
    return `is ${shown}, no regular expression that can be read, so it may never match. Correct it where the build sets it.`;
  }
}
