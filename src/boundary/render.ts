import type { Policy } from '../policy/types.ts';
import { renderAws } from './render-aws.ts';
import { renderEntra } from './render-entra.ts';
import { renderGcp } from './render-gcp.ts';
import { renderTerraform } from './render-terraform.ts';
import { renderVault } from './render-vault.ts';
import { renderVercelApi } from './render-vercel.ts';
import type { RenderForm, RenderOptions } from './types.ts';

/**
 * The policy as another system's own object, with what that object cannot hold as `warnings` in it (comments in HCL).
 * @throws {PipeError} `POLICY_INVALID` or `USAGE` where the form cannot be written.
 */
export function renderPolicy(policy: Policy, form: RenderForm, options: RenderOptions = {}): string {
  switch (form) {
    case 'vercel-api':
      return renderVercelApi(policy);
    case 'terraform':
      return renderTerraform(policy);
    case 'vault':
      return renderVault(policy, options);
    case 'aws':
      return renderAws(policy, options);
    case 'gcp':
      return renderGcp(policy, options);
    case 'entra':
      return renderEntra(policy, options);
  }
}
