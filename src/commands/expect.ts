import { PipeError } from '../errors.ts';
import { DEFAULT_AUDIENCE, issuerOfWorkspace } from '../identity/index.ts';
import type { Policy } from '../policy/types.ts';
import type { Config } from '../variables/index.ts';

export interface ExpectedIdentity {
  readonly issuers: readonly string[];
  readonly issuerPinned: boolean;
  readonly audience: string;
}

/** Which token is expected. A variable never overrules a policy. */
export function expectIdentity(config: Config, policy: Policy | undefined): ExpectedIdentity {
  const faults: string[] = [];
  if (policy && config.issuer !== undefined && !policy.issuers.includes(config.issuer)) {
    faults.push(`OIDC_ISSUER is ${config.issuer}, but the policy names ${policy.issuers.join(' and ')}.`);
  }
  if (policy?.audience !== undefined && config.audience !== undefined && policy.audience !== config.audience) {
    faults.push(`OIDC_AUDIENCE is ${config.audience}, but the policy names ${policy.audience}.`);
  }
  const issuers = expectedIssuers(config, policy);
  if (issuers.length === 0) {
    faults.push('No issuer is known: BITBUCKET_WORKSPACE is not set, and neither a policy nor OIDC_ISSUER names one.');
  }
  if (faults.length > 0) {
    const message = 'It is not clear which identity to expect.';
    throw new PipeError({ code: 'VARIABLES_INVALID', message, faults, fix: 'Remove the variable, or change it.' });
  }
  const audience = policy?.audience ?? config.audience ?? DEFAULT_AUDIENCE;
  return { issuers, issuerPinned: policy !== undefined, audience };
}

function expectedIssuers(config: Config, policy: Policy | undefined): readonly string[] {
  if (config.issuer !== undefined) return [config.issuer];
  if (policy) return policy.issuers;
  const { workspace } = config.build;
  return workspace === undefined ? [] : [issuerOfWorkspace(workspace)];
}
