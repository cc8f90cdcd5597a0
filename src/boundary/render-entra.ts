import { PipeError } from '../errors.ts';
import type { Policy } from '../policy/types.ts';
import { chooseGrants } from './render-grants.ts';
import { toJson } from './render-json.ts';
import type { RenderOptions } from './types.ts';

const ENTRA_AUDIENCE = 'api://AzureADTokenExchange';
const MAX_SUBJECT = 600;

/**
 * A federated credential of an Entra application, for the token of a hop between Bitbucket and Entra. Straight from
 * Bitbucket there is none: Entra compares `sub` whole, and Bitbucket's holds the step's UUID, new in every run.
 * @throws {PipeError} `USAGE` where hop or grant are not said.
 */
export function renderEntra(policy: Policy, options: RenderOptions): string {
  const { hopIssuer: issuer, hopSubject: subject } = options;
  if (issuer === undefined || subject === undefined) throw hopNeeded();
  const faults = [
    ...(/^https:\/\/[^\s?#]+$/.test(issuer)
      ? []
      : ['--hop-issuer: wanted the https address that the token has as iss']),
    ...(subject.length <= MAX_SUBJECT && /^[^\s*]+$/.test(subject)
      ? []
      : ['--hop-subject: wanted the whole sub of the token: Entra knows no patterns']),
  ];
  if (faults.length > 0) throw new PipeError({ code: 'USAGE', message: 'Entra could not hold this hop.', faults });
  const { scopes, warnings } = chooseGrants(policy, options);
  const [first, ...others] = [...new Set(scopes.map(({ grant }) => grant.id))];
  if (first === undefined || others.length > 0) {
    throw new PipeError({
      code: 'USAGE',
      message: 'A federated credential is for one subject, and so for one grant.',
      wanted: `--grant with one of ${policy.grants.map(({ id }) => id).join(', ')}`,
    });
  }
  return toJson({
    warnings: [
      ...warnings,
      `Entra sees the token of the hop alone: that hop must give this sub to steps of ${first} and to no others.`,
    ],
    federatedCredential: {
      name: toName(first),
      issuer,
      subject,
      audiences: [ENTRA_AUDIENCE],
      description: `vercel-oidc-deploy: grant ${first}`,
    },
  });
}

/** 3 to 120 characters; letters, digits and hyphens. */
function toName(grant: string): string {
  return `grant-${grant.replace(/[^A-Za-z0-9-]/g, '-')}`;
}

function hopNeeded(): PipeError {
  return new PipeError({
    code: 'USAGE',
    message: "Entra cannot federate Bitbucket's own tokens.",
    got: "the step's token: its sub ends with the UUID of the step, another one in every run",
    wanted: 'a token whose sub stays the same: Entra compares it whole',
    fix: [
      "Put a hop before Entra that takes the step's token and gives one with a stable sub:",
      '- Vault or OpenBao: an identity token (identity/oidc/token/ROLE); its sub is the entity of the repository',
      '- AWS: sts:GetWebIdentityToken in a role of this grant; its sub is the role',
      "- Google Cloud: generateIdToken of the grant's service account; its sub is the account's number",
      'Render that hop (vault, aws or gcp), then give its token: --hop-issuer ISS --hop-subject SUB --grant ID',
    ].join('\n'),
  });
}
