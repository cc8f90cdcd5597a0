import type { HttpReply } from '../http/index.ts';
import type { Secret } from '../secret.ts';
import { show } from '../text.ts';
import type { VaultJudgement } from './vault-error.ts';
import { vaultSays } from './vault-reply.ts';

interface Login {
  readonly mount: string;
  readonly role: string;
  readonly token: Secret;
}

interface Fault {
  /** In the words of Vault and OpenBao, which share them. */
  readonly says: RegExp;
  readonly code: VaultJudgement['code'];
  readonly fix: (login: Login, found: readonly string[]) => string;
}

/** Why a login is refused, in the order in which Vault looks. */
const FAULTS: readonly Fault[] = [
  {
    says: /role .*could not be found|missing role|role with oidc role_type/i,
    code: 'EXCHANGE_NOT_ENABLED',
    fix: ({ mount, role }) => `Write auth/${mount}/role/${role} with role_type jwt (policy render shows it).`,
  },
  {
    says: /could not load configuration|error configuring token validator|no handler for route/i,
    code: 'EXCHANGE_NOT_ENABLED',
    fix: ({ mount, token }) =>
      `Enable the jwt auth method at ${mount}, and write auth/${mount}/config with oidc_discovery_url ${claim(token, 'iss')}, which Vault must be able to reach.`,
  },
  {
    says: /\(iss\)|invalid issuer/i,
    code: 'EXCHANGE_NOT_ENABLED',
    fix: ({ mount, token }) =>
      `The token is of issuer ${claim(token, 'iss')}: auth/${mount}/config names another in bound_issuer.`,
  },
  {
    says: /\(exp\)|token is expired/i,
    code: 'CREDENTIAL_INVALID',
    fix: () => 'The token has expired: deploy earlier in the step, or compare the clocks.',
  },
  {
    says: /\((?:nbf|iat)\)|issued in the future|not yet valid/i,
    code: 'CREDENTIAL_INVALID',
    fix: ({ role }) =>
      `Compare the clock of the Vault server; clock_skew_leeway of role ${role} is how much it forgives.`,
  },
  {
    says: /signature|malformed|failed to parse|unsupported .*alg/i,
    code: 'CREDENTIAL_INVALID',
    fix: ({ mount, token }) =>
      `The keys that auth/${mount}/config names are not those of ${claim(token, 'iss')}, or the token was changed.`,
  },
  {
    says: /audience/i,
    code: 'DENIED_BY_PROVIDER',
    fix: ({ role, token }) =>
      `The token's aud is ${claim(token, 'aud')}: put one of them into bound_audiences of role ${role}, or that audience into the step's oidc.audiences.`,
  },
  {
    says: /\(sub\)|bound subject/i,
    code: 'DENIED_BY_PROVIDER',
    fix: ({ role, token }) =>
      `The token's sub is ${claim(token, 'sub')}, and Bitbucket's changes with every step: take bound_subject off role ${role} and bind claims instead.`,
  },
  {
    says: /claim "([^"]{1,100})"/,
    code: 'DENIED_BY_PROVIDER',
    fix: ({ role, token }, [, name = '']) =>
      `The token's ${name} is ${claim(token, name)}, which role ${role} does not admit: change its bound_claims (or user_claim), or run from what it admits.`,
  },
];

/** What a refused login means. */
export function judgeLogin(reply: HttpReply, login: Login): VaultJudgement {
  const said = vaultSays(reply);
  for (const { says, code, fix } of FAULTS) {
    const found = says.exec(said);
    if (found) return { code, fix: fix(login, found) };
  }
  const { mount, role } = login;
  if (reply.status === 403 || reply.status === 404) {
    return {
      code: 'EXCHANGE_NOT_ENABLED',
      fix: `Vault says so of an auth method that is not there and of an address that may not log in: check mount (${mount}), namespace, and token_bound_cidrs of role ${role}.`,
    };
  }
  return { code: 'CREDENTIAL_INVALID', fix: `See role ${role} of auth/${mount}, and Vault's audit log of this login.` };
}

/** A claim as the token has it: no secret by itself. */
function claim(token: Secret, name: string): string {
  try {
    const payload: unknown = JSON.parse(Buffer.from(token.reveal().split('.')[1] ?? '', 'base64url').toString('utf8'));
    const value = typeof payload === 'object' && payload !== null ? Object.entries(payload) : [];
    return show(value.find(([key]) => key === name)?.[1]);
  } catch {
    return 'not readable';
  }
}
