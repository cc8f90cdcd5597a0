import { renderPolicy } from '../../../src/boundary/index.ts';
import { PROVIDER_URLS, type Providers } from '../../../src/sandbox/index.ts';
import { SAMPLE, policyOf } from '../../boundary/support/policies.ts';
import { api } from '../../sandbox/support/client.ts';
import { makePolicyFolder, type PolicyFolder } from './policy-folder.ts';

export const ADDRESS = PROVIDER_URLS.vault;
const PRODUCTION = '{ vercel: { team: team_abc, policy: pol_production } }';
const PREVIEW = '{ vercel: { team: team_abc, policy: pol_preview } }';

export function hop(role: string, more = ''): string {
  return `{ vault: { address: '${ADDRESS}', ${more}role: ${role}, secret: kv/data/vercel } }`;
}

/** Production by Vault, previews by Vercel's exchange, whose policy is found by what it says. */
export const BOTH = SAMPLE.replace(PRODUCTION, hop('web-production')).replace(
  PREVIEW,
  '{ vercel: { team: team_abc } }',
);
export const VAULT_ONLY = SAMPLE.replace(PRODUCTION, hop('web-production')).replace(PREVIEW, hop('web-preview'));
export const ROLE = 'auth/jwt/role/web-production';
export const NO_DRIFT_AT_VERCEL = 'No drift: the one policy of team_abc is as the file wants.\n';
export const NO_DRIFT_AT_VAULT = `No drift: the one role of ${ADDRESS} is as the file wants.\n`;

export interface VaultFolder extends PolicyFolder {
  /** An operator's, for Vault. */
  readonly vaultToken: string;
  readonly vercelToken: string;
  /** Makes the text the folder's policy, and writes to Vault what render says, with what the test changes. */
  writeVault(text: string, changes?: Readonly<Record<string, object>>): Promise<void>;
  /** Makes what render says at Vercel. */
  writeVercel(text: string): Promise<void>;
  /** Vercel's list, as somebody would save it. */
  listVercel(): Promise<string>;
  /** Every request so far, as `METHOD path`. */
  asked(): readonly string[];
}

interface Rendered {
  readonly writes: readonly { readonly path: string; readonly data: object }[];
  readonly policies: readonly { readonly request: object }[];
}

const LIST = '/v1/oauth-apps/oidc-federation/policies?teamId=team_abc';

export async function makeVaultFolder(): Promise<VaultFolder> {
  const folder = await makePolicyFolder({ providers: PROVIDER_URLS });
  const { vercel, journal } = folder.sandbox;
  const { vault } = folder.sandbox.providers as Providers;
  const render = (text: string, form: 'vault' | 'vercel-api'): Rendered =>
    JSON.parse(renderPolicy(policyOf(text), form)) as Rendered;
  return {
    ...folder,
    ...{ vaultToken: vault.operatorToken, vercelToken: vercel.classicToken },
    async writeVault(text, changes = {}) {
      await folder.write('deploy-policy.yml', text);
      for (const { path, data } of render(text, 'vault').writes) vault.write(path, { ...data, ...changes[path] });
    },
    async writeVercel(text) {
      for (const { request } of render(text, 'vercel-api').policies) {
        const { status } = await api(folder.sandbox, 'POST', LIST, { json: request });
        if (status >= 300) throw new Error(`Vercel refuses what was rendered: ${String(status)}`);
      }
    },
    listVercel: async () => JSON.stringify((await api(folder.sandbox, 'GET', LIST)).body),
    asked: () => journal.map(({ method, path }) => `${method} ${path}`),
  };
}
