import { PipeError } from '../../../src/errors.ts';
import type { HopConfigs, HopOutput } from '../../../src/exchange/index.ts';
import { vaultHop } from '../../../src/exchange/vault.ts';
import { bench, NEVER, type Bench } from '../../http/support/bench.ts';
import type { Answer } from '../../http/support/fake-network.ts';
import { API, INPUT } from './hop-contract.ts';

export const NOW = 1_000_000;
export const ADDRESS = 'https://vault.example.com';
export const SETTINGS = { address: ADDRESS, role: 'pipelines', secret: 'kv/data/vercel' } as const;
const AUTH = {
  client_token: 'hvs.login-canary',
  policies: ['default', 'deploy'],
  token_policies: ['default', 'deploy'],
  lease_duration: 300,
  token_type: 'service',
  num_uses: 0,
};

export const reply = (body: unknown, status = 200): Answer => ({ status, body: JSON.stringify(body) });
export const login = (auth: object = {}): Answer => reply({ request_id: 'req-login', auth: { ...AUTH, ...auth } });
export const kv = (data: unknown = { token: 'vcp_kept-canary' }, version = 7): Answer =>
  reply({ request_id: 'req-read', lease_id: '', data: { data, metadata: { version, deletion_time: '' } } });
export const leased = (more: object = {}): Answer =>
  reply({
    ...{ request_id: 'req-lease', lease_id: 'vercel-secrets/token/abc', lease_duration: 600, renewable: false },
    data: { bearer_token: 'vcp_leased-canary', token_id: 't1' },
    ...more,
  });
export const denied = reply({ errors: ['1 error occurred:\n\t* permission denied\n\n'] }, 403);
export const DONE: Answer = { status: 204 };

export interface Ran {
  readonly outcome: HopOutput | PipeError;
  readonly made: Bench;
  readonly warnings: readonly string[];
}

export async function run(answers: readonly Answer[], settings: Partial<HopConfigs['vault']> = SETTINGS): Promise<Ran> {
  const made = bench(answers);
  const warnings: string[] = [];
  const log = { ...made.log, warn: (message: string) => void warnings.push(message) };
  const deps = { http: made.http, clock: made.clock, log, apiUrl: API };
  const outcome = await vaultHop
    .obtain({ address: ADDRESS, role: 'pipelines', ...settings }, INPUT, deps, NEVER)
    .catch((error: unknown) => {
      if (error instanceof PipeError) return error;
      throw error;
    });
  return { outcome, made, warnings };
}

export const sentTo = ({ network }: Bench): string[] =>
  network.sent.map(({ method, url }) => `${method} ${url.slice(`${ADDRESS}/v1/`.length)}`);

export function got({ outcome }: Ran): HopOutput {
  if (outcome instanceof PipeError) throw outcome;
  return outcome;
}
