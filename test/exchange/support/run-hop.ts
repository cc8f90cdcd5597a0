import { PipeError } from '../../../src/errors.ts';
import { exchange, type ExchangeInput, type HopOutput } from '../../../src/exchange/index.ts';
import type { Grant, HopConfig } from '../../../src/policy/types.ts';
import { Secret } from '../../../src/secret.ts';
import { bench, NEVER } from '../../http/support/bench.ts';
import { answerByUrl, type Answer } from '../../http/support/fake-network.ts';

export const NOW = 1_000_000;
export const API = 'https://api.example.com';
export const CLIENT = 'cl_HYyOPBNtFMfHhaUn9L4QPfTZz6TP47bp';

/** Of a policy where there is a digest. */
export function grantFor(hop: HopConfig, policyDigest?: string): Grant {
  const request = { action: 'deploy', projectId: 'prj_web', target: 'preview', now: NOW, signers: ['key'] } as const;
  return { id: 'g', policyDigest, request, exchange: [hop], exchangeName: 'direct', require: {} } as unknown as Grant;
}

export const INPUT: ExchangeInput = {
  stepToken: new Secret('step-token-canary'),
  vercelToken: undefined,
  clientSecret: undefined,
  teamId: 'team_acme',
  vercelPolicyId: undefined,
  session: 'deploy-test',
};
export const TOKEN = { access_token: 'vca_canary1234', token_type: 'Bearer', expires_in: 3600 };
export const ACTIVE = { active: true, client_id: CLIENT, team: { id: 'team_acme' }, exp: NOW / 1000 + 1800 };
export const PROJECT = { id: 'prj_web', name: 'web', accountId: 'team_acme', targets: { production: { id: 'dpl_1' } } };

export const reply = (body: unknown, status = 200): Answer => ({ status, body: JSON.stringify(body) });

/** What Vercel answers to each question of the chain. */
export interface Answers {
  readonly token?: Answer;
  readonly introspection?: Answer;
  readonly project?: Answer;
  readonly list?: Answer;
}

/** Runs one hop against these answers; what is left out is answered well. */
export async function runHop(
  answers: Answers,
  hop: HopConfig = { vercel: {} },
  input = INPUT,
  policyDigest?: string,
): Promise<{
  readonly leases: HopOutput[];
  readonly made: ReturnType<typeof bench>;
  readonly outcome: Awaited<ReturnType<typeof exchange>> | PipeError;
}> {
  const table = {
    '/login/oauth/token/introspect': answers.introspection ?? reply(ACTIVE),
    '/login/oauth/token': answers.token ?? reply(TOKEN),
    '/v9/projects/': answers.project ?? reply(PROJECT),
    '/v7/deployments?projectId=prj_web&target=production': answers.list ?? reply({ deployments: [] }),
  };
  const made = bench(answerByUrl(table, 4));
  const leases: HopOutput[] = [];
  const deps = { http: made.http, clock: made.clock, log: made.log, apiUrl: API, keep: () => undefined };
  const outcome = await exchange(grantFor(hop, policyDigest), input, deps, leases, NEVER).catch((error: unknown) => {
    if (error instanceof PipeError) return error;
    throw error;
  });
  return { leases, made, outcome };
}
