import { readFileSync, writeFileSync } from 'node:fs';
import { afterEach, describe, expect, it } from '@jest/globals';
import { createSandbox, PROVIDER_URLS, type Providers, type Sandbox } from '../../src/sandbox/index.ts';
import { chainText, type ChainName } from '../../tools/demo-chains.ts';
import { makeStep, predicateOf, runStep, type Step, type StepRun } from '../support/step.ts';

let step: Step | undefined;
afterEach(() => step?.remove());

interface Ran extends StepRun {
  readonly sandbox: Sandbox;
  readonly providers: Providers;
  readonly record: Record<string, unknown>;
}

async function runChain(name: ChainName, change: (text: string) => string = (text) => text): Promise<Ran> {
  const sandbox = await createSandbox({ providers: PROVIDER_URLS });
  const { providers } = sandbox;
  if (!providers) throw new Error('a sandbox without providers');
  step = await makeStep(sandbox);
  const policy = `${step.clone.directory}/deploy-policy.yml`;
  const text = readFileSync(policy, 'utf8').replace('- vercel: {}', change(chainText(name, providers)));
  writeFileSync(policy, text);
  const ran = await runStep(sandbox, step);
  return { ...ran, sandbox, providers, record: predicateOf(step.readOne('.result.sigstore.json')) };
}

describe('a chain of hops', () => {
  it.each<{ name: ChainName; hops: readonly string[] }>([
    { name: 'vault', hops: ['vault'] },
    { name: 'entra', hops: ['vault', 'entra', 'vercel'] },
    { name: 'okta', hops: ['okta', 'vercel'] },
    { name: 'hoop', hops: ['okta', 'hoop'] },
  ])('deploys by $name, and the record names every exchange', async ({ name, hops }) => {
    const { status, log, record, sandbox, providers } = await runChain(name);
    expect(log.match(/^error .*(?:\n {2}.*)*/gm)).toBeNull();
    expect(status).toBe(0);
    if (hops.length > 1) expect(log).toContain(`, by ${hops.join(' → ')}, `);
    const { exchanges } = record['vercel'] as { exchanges: readonly { hop: string; service: string }[] };
    expect(exchanges.map(({ hop }) => hop)).toEqual(hops);
    for (const { service } of exchanges)
      expect(service).toMatch(/^[a-z.]+(?:example|microsoftonline|okta|vercel)\.com$/);
    // What was made on the way is taken back: nothing of the run can be used again.
    expect(providers.vault.tokens.filter(({ revoked }) => !revoked)).toEqual([]);
    expect(providers.vault.leases.filter(({ revoked }) => !revoked)).toEqual([]);
    expect(sandbox.vercel.tokens.filter(({ kind, revokedAt }) => kind === 'app' && revokedAt === undefined)).toEqual(
      [],
    );
    // Of Okta's token the application that takes it may be asked; of hoop's the end alone is known.
    for (const { revokedAt } of providers.okta.tokens) expect(revokedAt).toBeDefined();
  });

  it('by hoop never holds the Vercel token', async () => {
    const { log, record, sandbox, providers } = await runChain('hoop');
    const { classicToken, deployments } = sandbox.vercel;
    expect(deployments.filter(({ body }) => body !== undefined)).toHaveLength(1);
    expect(providers.hoop.given).toHaveLength(1);
    expect(`${log}${JSON.stringify(record)}`).not.toContain(classicToken);
  });

  it.each([
    {
      name: 'Entra, where the credential is for another subject',
      chain: 'entra' as const,
      change: (text: string) =>
        text.replace('role: pipelines, identityToken: entra-bridge', 'role: pipelines, identityToken: other'),
      code: /error (?:DENIED_BY_PROVIDER|EXCHANGE_NOT_ENABLED): [^\n]*\(hop vault\)/,
    },
    {
      name: 'Vault, where the role is another',
      chain: 'vault' as const,
      change: (text: string) => text.replace('role: pipelines', 'role: others'),
      code: /error (?:DENIED_BY_PROVIDER|EXCHANGE_NOT_ENABLED): [^\n]*\(hop vault\)/,
    },
  ])('ends at the hop that refuses, and makes nothing: $name', async ({ chain, change, code }) => {
    const { status, log, sandbox } = await runChain(chain, change);
    expect(status).toBeGreaterThan(2);
    expect(log).toMatch(code);
    expect(sandbox.vercel.deployments.filter(({ body }) => body !== undefined)).toEqual([]);
  });

  it('whose hops do not fit sends nothing, and the first unfit pair is named', async () => {
    const sandbox = await createSandbox({ providers: PROVIDER_URLS });
    step = await makeStep(sandbox);
    const policy = `${step.clone.directory}/deploy-policy.yml`;
    const unfit = "- azure-key-vault: { vault: 'https://acme.vault.azure.net', secret: vercel }";
    writeFileSync(policy, readFileSync(policy, 'utf8').replace('- vercel: {}', unfit));
    const { status, log } = await runStep(sandbox, step);
    expect(status).toBe(2);
    expect(log).toContain(
      "exchanges.direct.0.azure-key-vault: takes an identity provider's access token, and the step's own token is an identity token (a signed JWT)",
    );
    expect(sandbox.journal).toEqual([]);
  });
});
