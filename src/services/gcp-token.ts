import { PipeError } from '../errors.ts';
import type { GcpProvider } from '../exchange/config.ts';
import { asRecord } from '../fields.ts';
import type { HttpReply } from '../http/types.ts';
import type { Secret } from '../secret.ts';
import { askGoogle, boundsOf, toToken, type GcpDeps, type GoogleAsking } from './gcp-call.ts';
import { checkProvider, checkServiceAccount, principalsOf } from './gcp-names.ts';
import { googleUnusable, type GoogleAsked } from './gcp-refused.ts';
import { STS_SERVICE, stsRefused } from './gcp-sts-refused.ts';

const STS_URL = 'https://sts.googleapis.com/v1/token';
const IAM_API = 'iamcredentials.googleapis.com';
/** The one scope that Secret Manager and federation know. */
export const CLOUD_PLATFORM = 'https://www.googleapis.com/auth/cloud-platform';
/** Of a federated token, where Google does not say. */
const LONGEST_LIFE_SECONDS = 3600;
const URN = 'urn:ietf:params:oauth';

export interface GcpLogin extends GcpProvider {
  /** Of an impersonated account's token: for what, and for how long. A federated token's are Google's to say. */
  readonly scope: string;
  readonly lifeSeconds: number;
}

/** What is wrong with the names of a provider and of an account. */
export function checkGcpProvider({ provider, serviceAccount }: GcpProvider): readonly string[] {
  return [...checkProvider(provider), ...checkServiceAccount(serviceAccount)];
}

/**
 * An access token of Google Cloud for the step's token: the federated one, or where the policy names a service account
 * that account's. Google has no call that takes either back; they end by themselves.
 * @throws {PipeError}
 */
export async function loginGcp(
  login: GcpLogin,
  token: Secret | undefined,
  deps: GcpDeps,
  signal: AbortSignal,
): Promise<Secret> {
  return (await openGcpAccess(login, token, deps, signal)).token;
}

/** An access token, and how long it lives from when it was asked for. */
export interface GcpAccess {
  readonly token: Secret;
  readonly lifeSeconds: number;
}

/**
 * The same, for who needs it again when it ends.
 * @throws {PipeError}
 */
export async function openGcpAccess(
  login: GcpLogin,
  token: Secret | undefined,
  deps: GcpDeps,
  signal: AbortSignal,
): Promise<GcpAccess> {
  const federated = await federate(login, token, deps, signal);
  if (login.serviceAccount === undefined) return federated;
  const { lifeSeconds } = login;
  return { token: await impersonate(login, federated.token, deps, signal), lifeSeconds };
}

/**
 * Workload identity federation (RFC 8693) alone.
 * @throws {PipeError}
 */
export async function federateGcp(
  settings: GcpProvider,
  token: Secret | undefined,
  deps: GcpDeps,
  signal: AbortSignal,
): Promise<Secret> {
  return (await federate(settings, token, deps, signal)).token;
}

async function federate(
  settings: GcpProvider,
  token: Secret | undefined,
  { http, by }: GcpDeps,
  signal: AbortSignal,
): Promise<GcpAccess> {
  if (!token) throw noToken(by);
  refuseNames(settings);
  const reply = await http.request({
    service: STS_SERVICE,
    method: 'POST',
    url: STS_URL,
    form: {
      grant_type: `${URN}:grant-type:token-exchange`,
      audience: settings.provider,
      scope: CLOUD_PLATFORM,
      requested_token_type: `${URN}:token-type:access_token`,
      subject_token_type: `${URN}:token-type:jwt`,
      subject_token: token,
    },
    ...boundsOf(signal),
  });
  if (reply.status !== 200) throw stsRefused(reply, settings.provider, token, by);
  const { access_token: given, token_type: type, expires_in: life } = asRecord(reply.body);
  const federated = toToken(given);
  if (federated && typeof type === 'string' && type.toLowerCase() === 'bearer') {
    return { token: federated, lifeSeconds: typeof life === 'number' && life > 0 ? life : LONGEST_LIFE_SECONDS };
  }
  const asked = { by, service: STS_SERVICE, asked: 'give a token' };
  throw googleUnusable(
    asked,
    `access_token ${typeof given}, token_type ${typeof type}`,
    'access_token and token_type "Bearer"',
  );
}

function noToken(by: string): PipeError {
  return new PipeError({
    code: 'TOKEN_MISSING',
    message: `${STS_SERVICE} takes an OIDC token, and there is none (${by}).`,
    got: 'no BITBUCKET_STEP_OIDC_TOKEN',
    wanted: 'a step with oidc',
    fix: "Give the step `oidc: { audiences: ['…'] }` in bitbucket-pipelines.yml, with the audience that the policy names.",
  });
}

/** The schema lets more through than may stand in an address; whoever reads a policy checks before. */
function refuseNames(settings: GcpProvider): void {
  const faults = checkGcpProvider(settings);
  if (faults.length === 0) return;
  throw new PipeError({ code: 'POLICY_INVALID', message: 'The policy names no resource of Google Cloud.', faults });
}

async function impersonate(login: GcpLogin, bearer: Secret, deps: GcpDeps, signal: AbortSignal): Promise<Secret> {
  const asked = actAs(login, 'give an access token', deps.by);
  const body = { scope: [login.scope], lifetime: `${String(login.lifeSeconds)}s` };
  const reply = await askAccount(login, 'generateAccessToken', body, { asked, bearer, deps, signal });
  const token = toToken(asRecord(reply.body)['accessToken']);
  if (token) return token;
  throw googleUnusable(asked, 'no accessToken', 'accessToken');
}

export interface GcpIdToken {
  readonly token: Secret;
  readonly reply: HttpReply;
  readonly url: string;
  readonly asked: GoogleAsked;
}

/**
 * A token of OpenID Connect that Google signs for the service account: the same `sub` for every step.
 * @param bearer a federated token; no access token of the account is made for it.
 * @throws {PipeError}
 */
export async function mintGcpIdToken(
  settings: GcpProvider,
  audience: string,
  bearer: Secret,
  deps: GcpDeps,
  signal: AbortSignal,
): Promise<GcpIdToken> {
  const asked = actAs(settings, 'give an ID token', deps.by);
  const body = { audience, includeEmail: true };
  const reply = await askAccount(settings, 'generateIdToken', body, { asked, bearer, deps, signal });
  const token = toToken(asRecord(reply.body)['token']);
  if (token) return { token, reply, url: accountUrl(settings, 'generateIdToken'), asked };
  throw googleUnusable(asked, 'no token', 'token');
}

function actAs({ provider, serviceAccount = '' }: GcpProvider, what: string, by: string): GoogleAsked {
  return {
    ...{ by, service: 'IAM Service Account Credentials', api: IAM_API, asked: `${what} of ${serviceAccount}` },
    fixes: {
      denied: `Grant roles/iam.workloadIdentityUser on the service account ${serviceAccount} to ${principalsOf(provider)}. A grant takes up to 7 minutes to count; an account that does not exist is refused in the same words.`,
      missing: `Check \`serviceAccount\` in the policy: ${serviceAccount}. A deleted account can be undeleted for 30 days.`,
      state: `Enable the service account: gcloud iam service-accounts enable ${serviceAccount}`,
    },
  };
}

async function askAccount(
  settings: GcpProvider,
  method: string,
  json: object,
  asking: GoogleAsking,
): Promise<HttpReply> {
  return askGoogle({ method: 'POST', url: accountUrl(settings, method), json }, asking);
}

function accountUrl({ serviceAccount = '' }: GcpProvider, method: string): string {
  return `https://${IAM_API}/v1/projects/-/serviceAccounts/${encodeURIComponent(serviceAccount)}:${method}`;
}
