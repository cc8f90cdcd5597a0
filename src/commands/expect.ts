import { issuerOfWorkspace } from '../bitbucket/index.ts';
import { PipeError } from '../errors.ts';
import { DEFAULT_AUDIENCE } from '../identity/index.ts';
import type { Policy } from '../policy/types.ts';
import { SMOKE_AUDIENCE } from '../smoke/index.ts';
import type { Config } from '../variables/index.ts';

export interface ExpectedIdentity {
  readonly issuers: readonly string[];
  readonly issuerPinned: boolean;
  readonly audience: string;
}

/** Which token is expected. A variable never overrules a policy. */
export function expectIdentity(config: Config, policy: Policy | undefined): ExpectedIdentity {
  const faults: string[] = [];
  const named = policy?.issuers ?? [];
  if (config.issuer !== undefined && named.length > 0 && !named.includes(config.issuer)) {
    faults.push(`OIDC_ISSUER is ${config.issuer}, but the policy names ${named.join(' and ')}.`);
  }
  if (policy?.audience !== undefined && config.audience !== undefined && policy.audience !== config.audience) {
    faults.push(`OIDC_AUDIENCE is ${config.audience}, but the policy names ${policy.audience}.`);
  }
  const issuers = expectedIssuers(config, named);
  const audience = policy?.audience ?? config.audience ?? DEFAULT_AUDIENCE;
  if (audience === SMOKE_AUDIENCE) {
    const who = policy?.audience === undefined ? 'OIDC_AUDIENCE' : "The policy's audience";
    faults.push(`${who} is ${audience}: that is for tokens that deployments see, and opens nothing else.`);
  }
  if (issuers.length === 0) {
    faults.push('No issuer is known: BITBUCKET_WORKSPACE is not set, and neither a policy nor OIDC_ISSUER names one.');
  }
  if (faults.length > 0) {
    const message = 'It is not clear which identity to expect.';
    throw new PipeError({ code: 'VARIABLES_INVALID', message, faults, fix: 'Remove the variable, or change it.' });
  }
  return { issuers, issuerPinned: named.length > 0, audience };
}

function expectedIssuers({ issuer, build }: Config, named: readonly string[]): readonly string[] {
  if (issuer !== undefined) return [issuer];
  if (named.length > 0) return named;
  return build.workspace === undefined ? [] : [issuerOfWorkspace(build.workspace)];
}
