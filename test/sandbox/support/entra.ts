import { askedBy } from '../../../src/sandbox/asked.ts';
import { createIssuer } from '../../../src/sandbox/bitbucket/issuer.ts';
import { createEntra, type EntraOptions, type EntraSandbox } from '../../../src/sandbox/entra/entra.ts';
import type { MintOverrides, SandboxIssuer } from '../../../src/sandbox/index.ts';
import { createRouter } from '../../../src/sandbox/router.ts';

export const NOW = 1_800_000_000_000;
export const CLIENT = '0a1b2c3d-0000-4000-8000-000000000001';
export const API = { uri: 'api://deploy', clientId: '0a1b2c3d-0000-4000-8000-000000000002' };
export const AUDIENCE = 'api://AzureADTokenExchange';
export const STABLE = { sub: 'Repo-web', aud: AUDIENCE };

export interface Asking {
  readonly options?: EntraOptions;
  readonly form?: Readonly<Record<string, string | undefined>>;
  readonly mint?: MintOverrides;
  readonly tenant?: string;
  readonly reachable?: boolean;
  readonly at?: number;
}

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  readonly body: any;
}

export interface Opened {
  readonly entra: EntraSandbox;
  readonly issuer: SandboxIssuer;
  readonly ask: (url: string, init?: RequestInit) => Promise<Answer>;
}

/** A directory with one application, and the issuer that its one credential names. */
export async function open(options: EntraOptions = {}, reachable = true, at = (): number => NOW): Promise<Opened> {
  const now = at;
  const { issuer } = await createIssuer({ baseUrl: 'https://api.bitbucket.org', step: {}, now: () => NOW });
  const credentials = [{ issuer: issuer.url, subject: STABLE.sub }];
  const { entra, routes } = await createEntra({
    now,
    fetchKeys: (url) => (reachable && url === issuer.url ? issuer.keys() : undefined),
    options: { applications: [{ clientId: CLIENT, objectId: 'sp-1', credentials }], apis: [API], ...options },
  });
  const route = createRouter(routes);
  const ask = async (url: string, init: RequestInit = {}): Promise<Answer> => {
    const asked = askedBy(new Request(url, init));
    const { reply } = await route(asked, asked.bytes);
    return { status: reply.status, headers: reply.headers, body: JSON.parse(reply.body as string) };
  };
  return { entra, issuer, ask };
}

/** The right question, changed as the test says. */
export async function askToken({
  options,
  form,
  mint,
  tenant,
  reachable,
  at,
}: Asking): Promise<{ readonly entra: EntraSandbox } & Answer> {
  const { entra, issuer, ask } = await open(options, reachable, () => at ?? NOW);
  const fields: Record<string, string | undefined> = {
    grant_type: 'client_credentials',
    client_id: CLIENT,
    scope: 'api://deploy/.default',
    client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
    client_assertion: await issuer.mintToken({ ...mint, claims: { ...STABLE, ...mint?.claims } }),
    ...form,
  };
  const sent = Object.entries(fields).filter((field): field is [string, string] => field[1] !== undefined);
  const url = `${entra.authority}/${tenant ?? entra.tenantId}/oauth2/v2.0/token`;
  return { entra, ...(await ask(url, { method: 'POST', body: new URLSearchParams(sent) })) };
}
