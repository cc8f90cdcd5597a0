/** Whole releases alone: no pre-releases, no `v`. */
const VERSION = /^(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)$/;

export type Version = readonly [major: number, minor: number, patch: number];

export function parseVersion(text: string): Version | undefined {
  const match = VERSION.exec(text);
  return match ? [Number(match[1]), Number(match[2]), Number(match[3])] : undefined;
}

/** Negative where `a` is older; texts that are no versions are older than all. */
export function compareVersions(a: string, b: string): number {
  const [left, right] = [parseVersion(a), parseVersion(b)];
  if (!left || !right) return Number(left !== undefined) - Number(right !== undefined);
  return left[0] - right[0] || left[1] - right[1] || left[2] - right[2];
}

/** What a new version may change for those who use the old one, the most first. */
export type Step = 'breaking' | 'addition' | 'text';

/** Whether that is enough of a step. Before 1.0.0 the minor number is for what breaks, and the patch number for the rest. */
export function allowsStep(from: string, to: string, step: Step): boolean {
  const [old, next] = [parseVersion(from), parseVersion(to)];
  if (!old || !next || compareVersions(to, from) <= 0) return false;
  const isMajor = next[0] > old[0];
  const isMinor = isMajor || next[1] > old[1];
  if (old[0] === 0) return step === 'breaking' ? isMinor : true;
  if (step === 'breaking') return isMajor;
  return step === 'addition' ? isMinor : true;
}

/** In words, for the message. */
export function tellStep(from: string, step: Step): string {
  const isEarly = parseVersion(from)?.[0] === 0;
  if (step === 'breaking') return isEarly ? 'a new minor version (before 1.0.0)' : 'a new major version';
  return step === 'addition' && !isEarly ? 'a new minor version' : 'a new version';
}
