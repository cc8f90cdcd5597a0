/** The chains of `npm run demo -- --chain`, as a policy has them, for the identity providers of the sandbox. */
import {
  ENTRA_CLIENT,
  ENTRA_SCOPE,
  IDENTITY_ROLE,
  OKTA_CLIENT,
  TRANSIT_KEY,
  VAULT_ROLE,
} from '../src/sandbox/index.ts';
import type { Providers } from '../src/sandbox/index.ts';

export const CHAINS = {
  vault: "Bitbucket → Vault's engine for Vercel tokens",
  entra: 'Bitbucket → identity token of Vault → Entra → Vercel',
  okta: "Bitbucket → Okta, by an assertion that Vault's transit key signs → Vercel",
  hoop: 'Bitbucket → Okta → hoop, which holds the Vercel token',
} as const;

export type ChainName = keyof typeof CHAINS;

/** The hops of a chain, as the value of one of `exchanges:`. */
export function chainText(name: ChainName, { vault, entra, okta, hoop }: Providers): string {
  const login = `address: '${vault.address}', role: ${VAULT_ROLE}`;
  const key = `{ vault: { ${login}, key: ${TRANSIT_KEY} } }`;
  const toOkta = `- okta: { url: '${okta.issuer}', client: ${OKTA_CLIENT}, scope: deploy, keyId: ${TRANSIT_KEY}, signer: ${key} }`;
  switch (name) {
    case 'vault':
      return `- vault: { ${login}, secret: vercel-secrets/token, field: bearer_token }`;
    case 'entra':
      return [
        `- vault: { ${login}, identityToken: ${IDENTITY_ROLE} }`,
        `- entra: { tenant: ${entra.tenantId}, client: ${ENTRA_CLIENT}, scope: '${ENTRA_SCOPE}', authority: '${entra.authority}' }`,
        '- vercel: { policy: pol_entra }',
      ].join('\n    ');
    case 'okta':
      return [toOkta, '- vercel: { policy: pol_okta }'].join('\n    ');
    case 'hoop':
      return [
        toOkta,
        `- hoop: { address: '${hoop.url}', connection: ${hoop.connection}, proxy: '${hoop.proxyUrl}' }`,
      ].join('\n    ');
  }
}
