/**
 * Milliseconds since a moment of the same clock. A machine's clock may be set back meanwhile, by hours: nothing that
 * people or Bitbucket read may then have taken less than no time.
 */
export function elapsedSince(clock: { now(): number }, startedAt: number): number {
  return Math.max(0, clock.now() - startedAt);
}
