import type { HopConfigs } from './config.ts';
import type { Judgement } from './hop-error.ts';
import type { ShownClaims } from './token-claims.ts';

/** What a rule may name. */
export interface Told extends ShownClaims {
  readonly settings: HopConfigs['entra'];
  /** What federated credentials of this cloud ask for. */
  readonly audience: string;
}

/** No federated credential fits; or one was made a moment ago, and this server has not heard of it yet. */
export const NO_RECORD = 70021;
/** The directory behind Entra did not answer. */
export const UNAVAILABLE = 90033;

const STEP =
  " A Bitbucket step's sub ends with the UUID of the step and is another one in every run, so no federated credential can name it. Put a hop before entra that gives a stable identity (vault, aws or gcp, each with identityToken), and write that token's iss and sub into the federated credential.";

type Rule = (told: Told) => Judgement;

/** Every AADSTS number that a client with a federated credential is known to meet. */
export const AADSTS: Readonly<Record<number, Rule>> = {
  [NO_RECORD]: (told) => wantCredential(told, `Issuer ${told.iss}, Subject ${told.sub} and Audience ${told.aud}`),
  70025: (told) => wantCredential(told, `Issuer ${told.iss}, Subject ${told.sub} and Audience ${told.audience}`),
  700211: (told) => wantCredential(told, `Issuer ${told.iss}, letter for letter`),
  700212: ({ aud, audience }) =>
    denied(
      `The token's aud is ${aud}, and Entra compares it exactly with Audience of the federated credential ("${audience}" in this cloud). Ask for it where the token is made: identityToken of the hop aws or gcp, client_id of Vault's OIDC role, oidc.audiences of the step.`,
    ),
  700213: (told) => {
    const compared = `Entra compares sub exactly, without wildcards, and the token's sub is ${told.sub}.`;
    return denied(told.isStep ? `${compared}${STEP}` : `${compared} Set Subject of the federated credential to it.`);
  },
  7002138: ({ sub }) => denied(`Upper and lower case count: set Subject of the federated credential to ${sub}.`),
  700024: ({ exp }) =>
    invalid(
      `The token was valid until ${exp}. A step that works for long before it deploys outlives it: give the deployment a step of its own. Else compare the clock of who issued it.`,
    ),
  700027: wantSignature,
  50013: wantSignature,
  50027: () => invalid('Entra takes a JWT that is signed with RS256: check the hop before entra.'),
  50166: wantReachable,
  501661: wantReachable,
  700222: () => denied("Entra takes none of its own tokens as a federated credential's: leave out one entra hop."),
  700016: wantApplication,
  7000229: wantApplication,
  7000112: ({ settings }) => denied(`Enable ${settings.client} for sign-in (Enterprise applications, Properties).`),
  90002: wantTenant,
  900023: wantTenant,
  70011: wantScope,
  1002012: wantScope,
  500011: wantScope,
  501051: ({ settings }) =>
    denied(`Give ${settings.client} an application role of ${settings.scope} (API permissions, Grant admin consent).`),
  53003: () => denied('Conditional Access for workload identities blocks it: see Sign-in logs, Service principals.'),
  [UNAVAILABLE]: () => ({ code: 'SERVICE_FAILED', fix: 'Run the step again later.' }),
};

function denied(fix: string): Judgement {
  return { code: 'DENIED_BY_PROVIDER', fix };
}

function invalid(fix: string): Judgement {
  return { code: 'CREDENTIAL_INVALID', fix };
}

function misconfigured(fix: string): Judgement {
  return { code: 'EXCHANGE_NOT_ENABLED', fix };
}

function wantCredential({ settings, isStep }: Told, what: string): Judgement {
  const where = 'App registrations, Certificates & secrets, Federated credentials, Other issuer';
  const made = `Application ${settings.client} needs a federated credential (${where}) with ${what}.`;
  return denied(isStep ? `${made}${STEP}` : `${made} One that was made in the last minutes may need some more.`);
}

function wantSignature({ iss }: Told): Judgement {
  return invalid(`The keys that ${iss} publishes do not verify the token: check its jwks_uri and its key rotation.`);
}

function wantReachable({ iss }: Told): Judgement {
  return misconfigured(
    `Entra reads the keys of ${iss} itself: its /.well-known/openid-configuration and the jwks_uri in it must be reachable from the Internet.`,
  );
}

function wantApplication({ settings: { client, tenant } }: Told): Judgement {
  return misconfigured(
    `Check client and tenant of the entra hop: ${client} must be the Application (client) ID of an application that has a service principal in ${tenant}.`,
  );
}

function wantTenant({ settings: { tenant } }: Told): Judgement {
  return misconfigured(
    `Check tenant of the entra hop (${tenant}: Directory (tenant) ID), and authority where the directory is in another cloud.`,
  );
}

function wantScope({ settings: { scope, tenant } }: Told): Judgement {
  return misconfigured(
    `Check scope of the entra hop: ${scope} must be the Application ID URI of an API that ${tenant} knows, followed by /.default.`,
  );
}
