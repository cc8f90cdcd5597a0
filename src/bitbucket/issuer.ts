import { PipeError } from '../errors.ts';
import { show } from '../text.ts';

/** The issuer of a workspace's steps. Throws VARIABLES_INVALID for a slug that would lead to another address. */
export function issuerOfWorkspace(workspace: string): string {
  if (!/^[A-Za-z0-9_][A-Za-z0-9_.-]*$/.test(workspace)) {
    throw new PipeError({
      code: 'VARIABLES_INVALID',
      message: 'BITBUCKET_WORKSPACE is not the id of a workspace, so no issuer can be built from it.',
      got: show(workspace),
      wanted: 'letters, digits, - and _',
      fix: 'Remove the variable that overrides it, or name the issuer in the policy (issuers) or in OIDC_ISSUER.',
    });
  }
  return `https://api.bitbucket.org/2.0/workspaces/${workspace}/pipelines-config/identity/oidc`;
}
