import { PipeError } from '../errors.ts';
import { describeReply, tellValue, type HttpReply } from '../http/index.ts';
import { show } from '../text.ts';
import type { ExchangeDeps } from './chain.ts';
import { projectOf, readProject } from './project.ts';
import type { Credential, HopOutput } from './types.ts';

/** Less life than this does not carry a deployment. */
const MIN_LIFE_MS = 60_000;
const MAX_REPLY_BYTES = 64 * 1024;

export interface Wanted {
  readonly teamId: string;
  readonly projectId: string;
}

/**
 * Shows that the token is what was granted, before it is used: introspection (RFC 7662) and one read of the project,
 * side by side. A value that differs is a trust failure; one that is absent falls back on the read.
 * @throws {PipeError} `CREDENTIAL_INVALID`, `DENIED_BY_VERCEL`.
 */
export async function proveCredential(
  output: HopOutput,
  wanted: Wanted,
  deps: ExchangeDeps,
  signal: AbortSignal,
): Promise<Credential> {
  const door = output.door ?? { url: deps.apiUrl, authorization: 'bearer' };
  const asking = { http: deps.http, door, hop: output.hop };
  const [introspection, reply] = await Promise.all([
    output.hop === 'vercel' ? introspect(output, deps, signal) : undefined,
    readProject(output.token, wanted, asking, signal),
  ]);
  const { expiresAt, principalId } = judgeIntrospection(introspection, output, wanted, deps);
  const project = await projectOf(reply, output.token, wanted, asking, signal);
  return {
    token: output.token,
    door,
    hop: output.hop,
    expiresAt,
    clientId: output.clientId,
    principalId,
    project,
  } as Credential;
}

function introspect(output: HopOutput, deps: ExchangeDeps, signal: AbortSignal): Promise<HttpReply> {
  return deps.http.request({
    service: "Vercel's token introspection",
    method: 'POST',
    url: `${deps.apiUrl}/login/oauth/token/introspect`,
    form: { token: output.token },
    maxBytes: MAX_REPLY_BYTES,
    signal,
  });
}

interface Introspected {
  /** Milliseconds since 1970: what was given at the exchange or at introspection, whichever is sooner. */
  readonly expiresAt: number | undefined;
  readonly principalId: string | undefined;
}

function judgeIntrospection(
  reply: HttpReply | undefined,
  output: HopOutput,
  wanted: Wanted,
  { clock, log }: ExchangeDeps,
): Introspected {
  const said = reply?.status === 200 && isRecord(reply.body) ? reply.body : {};
  if (reply && said['active'] === undefined) {
    const answered =
      reply.status === 200 ? `${describeReply(reply)} without a word on the token` : String(reply.status);
    log.warn(`Vercel's introspection answered ${answered}; the read of the project alone proves the token.`);
  }
  const { active } = said;
  if (active !== undefined && active !== true) throw refused(`active: ${show(active)}`, 'an active token');
  const clientId = said['client_id'];
  if (typeof clientId === 'string' && clientId !== output.clientId) {
    throw refused(`client_id ${tellValue(clientId)}`, `client_id ${String(output.clientId)}`);
  }
  const teamId = (said['team'] as { id?: unknown } | null | undefined)?.id;
  if (typeof teamId === 'string' && teamId !== wanted.teamId) {
    throw refused(`team ${tellValue(teamId)}`, `team ${wanted.teamId}`);
  }
  const ends = [output.expiresAt, typeof said['exp'] === 'number' ? said['exp'] * 1000 : undefined];
  const expiresAt = ends.reduce((a, b) => (a === undefined || (b !== undefined && b < a) ? b : a));
  if (expiresAt !== undefined && expiresAt - clock.now() < MIN_LIFE_MS) {
    const left = Math.round((expiresAt - clock.now()) / 1000);
    const life = left < 0 ? `that ended ${String(-left)} s ago by the clock here` : `with ${String(left)} s to live`;
    throw refused(`a token ${life}`, `at least ${String(MIN_LIFE_MS / 1000)} s`);
  }
  return { expiresAt, principalId: typeof said['sub'] === 'string' ? said['sub'] : undefined };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function refused(got: string, wanted: string): PipeError {
  return new PipeError({
    code: 'CREDENTIAL_INVALID',
    message: 'The Vercel token is not what was granted. Nothing was deployed.',
    got,
    wanted,
    fix: 'Check VERCEL_TEAM_ID and the OIDC policy of that team. If both are right, tell your security team.',
  });
}
