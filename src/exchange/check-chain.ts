import type { Grant } from '../policy/types.ts';
import type { ExchangeInput } from './chain.ts';
import type { HopConfig } from './config.ts';
import { openHop } from './hops.ts';
import { tellStaticWay } from './static-way.ts';

interface Chain {
  readonly name: string;
  readonly chain: readonly HopConfig[];
}

/**
 * What is wrong between the chains of a run and the variables; found before anything is sent.
 * @param toKey leads to the key that the grant lets sign, where there is such a chain.
 */
export function checkChain(grant: Grant, input: ExchangeInput, toKey?: Chain): readonly string[] {
  const faults: string[] = [];
  const uses = new Set(grant.exchange.map((config) => openHop(config).name));
  const hasPolicy = grant.policyDigest !== undefined;
  if (input.vercelToken && !uses.has('static')) {
    faults.push(
      `VERCEL_TOKEN is set, but the exchange ${grant.exchangeName} does not use it: remove it, or ${tellStaticWay(hasPolicy)}.`,
    );
  }
  if (!input.vercelToken && uses.has('static')) {
    const other = hasPolicy ? 'give the grant another exchange' : 'leave EXCHANGE out, which is vercel';
    faults.push(`VERCEL_TOKEN is missing, and the exchange ${grant.exchangeName} is static: set it, or ${other}.`);
  }
  const own = { name: grant.exchangeName, chain: grant.exchange };
  faults.push(...checkClientSecret(toKey && toKey.name !== own.name ? [own, toKey] : [own], input));
  for (const hop of grant.exchange) {
    if ('vercel' in hop) faults.push(...checkNames(hop.vercel, input));
  }
  return faults;
}

/** It is the secret of one client, which no other server may see. */
function checkClientSecret(chains: readonly Chain[], { clientSecret }: ExchangeInput): string[] {
  const hops = chains.flatMap(({ chain }) => chain);
  const users = hops.filter((hop) => 'token-exchange' in hop && hop['token-exchange'].clientAuth === 'basic').length;
  const [names, have] = [chains.map(({ name }) => name).join(' and '), chains.length === 1 ? 'has' : 'have'];
  if (users > 1) {
    return [
      `EXCHANGE_CLIENT_SECRET is one client's, and ${String(users)} hops of the exchange ${names} have clientAuth: basic. Leave it to one, and use signer for the others.`,
    ];
  }
  if (clientSecret && users === 0) {
    return [`EXCHANGE_CLIENT_SECRET is set, but no hop of the exchange ${names} has clientAuth: basic: remove it.`];
  }
  if (clientSecret || users === 0) return [];
  return [
    `EXCHANGE_CLIENT_SECRET is missing, and the exchange ${names} ${have} clientAuth: basic: set it, or use signer.`,
  ];
}

function checkNames(named: { readonly team?: string; readonly policy?: string }, input: ExchangeInput): string[] {
  const faults: string[] = [];
  if (named.team !== undefined && named.team !== input.teamId) {
    faults.push(`VERCEL_TEAM_ID is ${input.teamId}, but the policy's exchange names team ${named.team}.`);
  }
  if (named.policy !== undefined && input.vercelPolicyId !== undefined && named.policy !== input.vercelPolicyId) {
    faults.push(`VERCEL_POLICY_ID is ${input.vercelPolicyId}, but the policy's exchange names ${named.policy}.`);
  }
  return faults;
}
