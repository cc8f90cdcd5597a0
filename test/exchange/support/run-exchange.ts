import { PipeError } from '../../../src/errors.ts';
import type { HopConfigs, HopInput, HopOutput } from '../../../src/exchange/index.ts';
import { createTokenExchangeHop } from '../../../src/exchange/token-exchange.ts';
import type { MintOverrides } from '../../../src/sandbox/index.ts';
import { Secret } from '../../../src/secret.ts';
import { bench, NEVER, type Bench } from '../../http/support/bench.ts';
import { API, INPUT } from './hop-contract.ts';
import { localKey, type LocalKey } from './local-key.ts';
import type { OpenProvider } from './provider.ts';

export interface Exchanged {
  readonly outcome: HopOutput | PipeError;
  /** How many requests. */
  readonly sent: number;
  readonly made: Bench;
}

export interface Asked {
  /** What the step's token says otherwise than a good one. */
  readonly mint?: MintOverrides;
  readonly key?: LocalKey;
  readonly input?: Partial<HopInput>;
}

/** Exchanges the token of a step at a real server. */
export async function runExchange(
  server: OpenProvider,
  settings: Partial<HopConfigs['token-exchange']>,
  { mint = {}, key = localKey(), input = {} }: Asked = {},
): Promise<Exchanged> {
  const made = bench(server.answers, { now: () => Date.now() });
  const deps = { http: made.http, clock: made.clock, log: made.log, apiUrl: API };
  const token = new Secret(await server.issuer.mintToken(mint));
  const outcome = await createTokenExchangeHop(key.open)
    .obtain({ url: `${server.url}/token`, clientId: 'public', ...settings }, { ...INPUT, token, ...input }, deps, NEVER)
    .catch((error: unknown) => {
      if (error instanceof PipeError) return error;
      throw error;
    });
  return { outcome, sent: made.network.sent.length, made };
}

/** @throws what the exchange was refused with. */
export function given({ outcome }: Exchanged): HopOutput {
  if (outcome instanceof PipeError) throw outcome;
  return outcome;
}
