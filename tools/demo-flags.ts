import { CHAINS, type ChainName } from './demo-chains.ts';

/** What `npm run demo` shows. */
export type Demo =
  { readonly kind: 'deploy' | 'full' | 'audit' } | { readonly kind: 'chain'; readonly chain: ChainName };

/** The sandbox of these goes on, where that is asked for. */
const MAY_STAY: readonly Demo['kind'][] = ['deploy', 'audit'];

const FLAGS = `Flags, after npm run demo --:
  --full          what happens after a deploy
  --audit         an audit
  --chain NAME    other identity providers: ${Object.keys(CHAINS).join(', ')}
  --stay          the sandbox goes on; alone, or with --audit`;

/** Throws, with all flags, for words that are not known or do not go together: another demo than the one asked for helps nobody. */
export function readDemo(args: readonly string[]): Demo {
  const rest = args.filter((word) => word !== '--stay');
  const demo = chooseDemo(rest);
  if (demo === undefined) throw new Error(`got ${JSON.stringify(args.join(' '))}\n${FLAGS}`);
  if (rest.length < args.length && !MAY_STAY.includes(demo.kind)) {
    throw new Error(`--stay: not with ${rest.join(' ')}\n${FLAGS}`);
  }
  return demo;
}

function chooseDemo([flag, name, ...others]: readonly string[]): Demo | undefined {
  if (flag === undefined) return { kind: 'deploy' };
  if (others.length > 0) return undefined;
  if (flag === '--chain') {
    return name !== undefined && Object.hasOwn(CHAINS, name) ? { kind: 'chain', chain: name as ChainName } : undefined;
  }
  if (name !== undefined) return undefined;
  return flag === '--full' ? { kind: 'full' } : flag === '--audit' ? { kind: 'audit' } : undefined;
}
