import { ACTS } from './acts.ts';
import { CHANGES } from './changes.ts';
import { CONTRADICTIONS } from './contradictions.ts';
import { GONE_ONES } from './gone.ts';
import { HANDS } from './hands.ts';
import { LINKS } from './links.ts';
import { LONE } from './lone.ts';
import { ORDINARY } from './ordinary.ts';
import { RULES } from './rules.ts';
import type { Scene } from './scene.ts';

/** Everything that can happen, by name. */
export const SCENES: Readonly<Record<string, Scene>> = {
  ...ORDINARY,
  ...ACTS,
  ...LINKS,
  ...CONTRADICTIONS,
  ...RULES,
  ...GONE_ONES,
  ...CHANGES,
  ...HANDS,
  ...LONE,
};
