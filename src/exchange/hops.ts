import type { HopConfig, HopConfigs, HopName } from './config.ts';
import { staticHop } from './static.ts';
import type { HopDeps, HopInput, HopKind, HopOutput, TokenKind } from './types.ts';
import { vercelHop } from './vercel.ts';

/** The hops of this version; `policy/rules.ts` refuses the others that the schema knows. */
export const HOP_NAMES = ['vercel', 'static'] as const satisfies readonly HopName[];

/** A hop with its settings. */
export interface Hop {
  readonly name: HopName;
  readonly takes: readonly TokenKind[];
  readonly gives: TokenKind;
  /** What is wrong with the settings. */
  readonly faults: readonly string[];
  obtain(input: HopInput, deps: HopDeps, signal: AbortSignal): Promise<HopOutput>;
}

export function openHop(config: HopConfig): Hop {
  const [name] = Object.keys(config) as [(typeof HOP_NAMES)[number]];
  switch (name) {
    case 'vercel':
      return bind(vercelHop, config);
    case 'static':
      return bind(staticHop, config);
  }
}

function bind<Name extends HopName>(kind: HopKind<Name>, config: HopConfig): Hop {
  const settings = (config as Readonly<Record<Name, HopConfigs[Name]>>)[kind.name];
  return {
    name: kind.name,
    takes: kind.takes,
    gives: kind.gives(settings),
    faults: kind.check?.(settings) ?? [],
    obtain: (input, deps, signal) => kind.obtain(settings, input, deps, signal),
  };
}
