import type { HopConfig } from './config.ts';
import { openHop } from './hops.ts';
import type { TokenKind } from './types.ts';

const WORDS: Readonly<Record<TokenKind, string>> = {
  oidc: 'an identity token (a signed JWT)',
  access: "an identity provider's access token",
  vercel: 'a Vercel token',
};

/**
 * What is wrong with a chain by itself: settings that contradict each other, and the first hop whose input is not what
 * the one before it gives. Each begins with the chain's name. Nothing is sent for it.
 * @param wanted what its end must give: a Vercel token, but for a chain that leads to a signer's key.
 */
export function findChainFaults(
  name: string,
  chain: readonly HopConfig[],
  wanted: TokenKind = 'vercel',
): readonly string[] {
  const hops = chain.map(openHop);
  const settings = hops.flatMap((hop, index) => {
    const faults = index === 0 ? [...hop.faults, ...hop.firstFaults] : hop.faults;
    return faults.map((fault) => `${at(name, index)}.${hop.name}: ${fault}`);
  });
  return [...settings, ...findMisfit(name, hops, wanted)];
}

function findMisfit(name: string, hops: readonly ReturnType<typeof openHop>[], end: TokenKind): readonly string[] {
  let given: TokenKind | undefined;
  for (const [index, hop] of hops.entries()) {
    const place = `${at(name, index)}.${hop.name}`;
    if (hop.takes.length === 0 && hops.length > 1) return [`${place}: needs no token, so it stands in no chain`];
    if (hop.takes.length > 0 && !hop.takes.includes(given ?? 'oidc')) {
      const before = index === 0 ? "the step's own token is" : `${String(hops[index - 1]?.name)} before it gives`;
      const wanted = hop.takes.map((kind) => WORDS[kind]).join(' or ');
      return [`${place}: takes ${wanted}, and ${before} ${WORDS[given ?? 'oidc']}`];
    }
    given = hop.gives;
  }
  if (given === end) return [];
  const last = given === undefined ? 'nothing' : WORDS[given];
  const wanted = end === 'vercel' ? `${WORDS.vercel} at its end (vercel, or a secret)` : `${WORDS[end]} at its end`;
  return [`exchanges.${name}: ends with ${last}; wanted ${wanted}`];
}

function at(name: string, index: number): string {
  return `exchanges.${name}.${String(index)}`;
}
