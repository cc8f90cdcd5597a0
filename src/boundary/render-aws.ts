import { PipeError } from '../errors.ts';
import type { Policy } from '../policy/types.ts';
import { chooseGrants } from './render-grants.ts';
import { toJson } from './render-json.ts';
import { audienceOf } from './render-scopes.ts';
import type { RenderOptions, Scope } from './types.ts';

const PLACEHOLDER = 'ACCOUNT_ID';
/** Characters without white space; AWS raises it to twice as many on request. */
const MAX_CHARS = 2048;
/** What `sub` tells: `{repository}:{environment}:{step}`, or `{repository}:{step}` outside of an environment. */
const IN_SUBJECT = ['repositoryUuid', 'deploymentEnvironmentUuid'];

/**
 * Trust policies of AWS roles, one for each grant. AWS sees `aud` and `sub` of a foreign token and no other claim.
 * @throws {PipeError} `USAGE` for an account that is no number of twelve digits.
 */
export function renderAws(policy: Policy, options: RenderOptions): string {
  const { account = PLACEHOLDER } = options;
  if (account !== PLACEHOLDER && !/^[0-9]{12}$/.test(account)) throw wrongAccount(account);
  const { scopes, warnings } = chooseGrants(policy, options);
  const told: string[] = [...warnings];
  if (account === PLACEHOLDER)
    told.push(`${PLACEHOLDER} stands for the number of your AWS account: --account fills it.`);
  const roles = scopes.flatMap(({ grant: { id }, scope }) => {
    // Without the environment any step of the repository could take the role: more than a warning can make good.
    if (Object.hasOwn(scope.claims, 'deploymentEnvironment') && !Object.hasOwn(scope.claims, IN_SUBJECT[1] ?? '')) {
      told.push(`Nothing is rendered for ${id}: AWS sees environments by deploymentEnvironmentUuid alone. Name that.`);
      return [];
    }
    const unseen = Object.keys(scope.claims).filter((name) => ![...IN_SUBJECT, 'workspaceUuid'].includes(name));
    if (unseen.length > 0)
      told.push(`AWS cannot compare ${unseen.join(', ')}: the role of ${id} lets in every value of it.`);
    const trustPolicy = toTrustPolicy(scope, `arn:${partitionOf(policy)}:iam::${account}`, audienceOf(policy));
    const size = JSON.stringify(trustPolicy).length;
    if (size > MAX_CHARS) {
      told.push(`The trust policy of ${id} has ${String(size)} characters; AWS takes ${String(MAX_CHARS)}: divide it.`);
    }
    return [{ grant: id, trustPolicy }];
  });
  return toJson({ warnings: told, roles });
}

/** As the policy's own roles say: China's and the government's clouds have others than `aws`. */
function partitionOf({ exchanges }: Policy): string {
  const hops = Object.values(exchanges).flat();
  const [role] = hops.flatMap((hop) => ('aws' in hop ? [hop.aws.role] : []));
  return /^arn:([a-z-]+):/.exec(role ?? '')?.[1] ?? 'aws';
}

function toTrustPolicy({ issuer, claims }: Scope, iam: string, audience: string): object {
  const provider = issuer.replace(/^https?:\/\//, '');
  const repositories = claims['repositoryUuid'] ?? [];
  const environments = claims['deploymentEnvironmentUuid'] ?? [undefined];
  const subjects = repositories.flatMap((repository) =>
    environments.map((environment) => [repository, ...(environment === undefined ? [] : [environment]), '*'].join(':')),
  );
  return {
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Principal: { Federated: `${iam}:oidc-provider/${provider}` },
        Action: 'sts:AssumeRoleWithWebIdentity',
        Condition: {
          StringEquals: { [`${provider}:aud`]: escapeVariables(audience) },
          StringLike: { [`${provider}:sub`]: subjects },
        },
      },
    ],
  };
}

/** `${…}` would be a variable of IAM; `${$}` is the sign itself. */
function escapeVariables(text: string): string {
  return text.replace(/\$(?=\{)/g, '${$}');
}

function wrongAccount(account: string): PipeError {
  return new PipeError({
    code: 'USAGE',
    message: 'This is no AWS account.',
    got: `--account ${JSON.stringify(account.slice(0, 40))}`,
    wanted: 'its number, 12 digits',
  });
}
