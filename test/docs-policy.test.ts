import { readFile } from 'node:fs/promises';
import { describe, expect, it } from '@jest/globals';
import { renderPolicy } from '../src/boundary/index.ts';
import { suggestPolicy } from '../src/boundary/suggest.ts';
import { parsePolicyTests } from '../src/boundary/test-cases.ts';
import { runPolicyTests } from '../src/boundary/test-run.ts';
import { PipeError } from '../src/errors.ts';
import { decideAccess } from '../src/policy/index.ts';
import { parseDefaults } from '../src/sources/defaults.ts';
import { identityWith, outcome, parse, requestFor } from './policy/support/policy.ts';

const page = await readFile(new URL('../docs/policy.md', import.meta.url), 'utf8');
/** Every YAML block of the page; its first line says what it is. Indented ones stand in a list. */
const blocks = [...page.matchAll(/^( *)```yaml\n(.*?)^ *```$/gms)].map(([, indent = '', text = '']) =>
  text.replaceAll(new RegExp(`^${indent}`, 'gm'), ''),
);
const [suggested = '', policyText = '', testsText = '', defaultsText = '', actorsText = '', keysText = ''] = blocks;
const WEB = {
  workspaceUuid: '{11111111-1111-4111-8111-111111111111}',
  repositoryUuid: '{22222222-2222-4222-8222-222222222201}',
  deploymentEnvironmentUuid: '{33333333-3333-4333-8333-333333333301}',
};

describe('the page on writing a policy', () => {
  it('has these blocks, each of which is tested below', () => {
    expect(blocks.map((text) => text.split('\n', 1).join(''))).toEqual([
      '# deploy-policy.yml',
      '# deploy-policy.yml',
      '# deploy-policy.tests.yml',
      '# /etc/vercel-oidc-deploy/defaults.yml',
      '# under require: in a grant',
      '# at the top of the policy',
    ]);
  });

  it('shows the suggestion as it is printed, and it allows the step', () => {
    const request = requestFor({ projectId: 'prj_web', target: 'production' });
    const identity = identityWith(WEB);
    expect(suggestPolicy(identity, request)).toBe(suggested);
    expect(outcome(decideAccess(parse(suggested), identity, request))).toBe('grant deploy-production');
  });

  it('shows keys and actors that a policy may hold', () => {
    const actors = policyText.replace('actors: [human]', actorsText.split('\n')[1] ?? '');
    expect(parse(`${keysText}${actors}`)).toMatchObject({ keys: { file: 'issuer-keys.json' } });
    expect(actors).toContain('actors: [human, schedule]');
  });

  it('shows defaults for variables, each locked', () => {
    expect(parseDefaults(new TextEncoder().encode(defaultsText), 'defaults.yml')).toEqual({
      POLICY: { value: expect.stringMatching(/^https:/), locked: true },
      POLICY_KEY: { value: expect.any(String), locked: true },
    });
  });

  it('links to places that are there', async () => {
    const anchors = [...page.matchAll(/^#+ (.*)$/gm)].map(([, title = '']) => slug(title));
    const links = [...page.matchAll(/\]\(([^)]+)\)/g)].map(([, link = '']) => link);
    expect(links.length).toBeGreaterThan(12);
    for (const link of links) {
      if (link.startsWith('#')) expect(anchors).toContain(link.slice(1));
      else expect(await readFile(new URL(link, new URL('../docs/', import.meta.url)), 'utf8')).not.toBe('');
    }
  });
});

describe('the worked example', () => {
  const policy = parse(policyText);
  const tests = parsePolicyTests(new TextEncoder().encode(testsText));

  it('passes its own tests, and every grant is covered', () => {
    const report = runPolicyTests(tests, policy, (claims, request) =>
      decideAccess(policy, identityWith(claims), request),
    );
    expect(report.lines.filter((line) => !line.startsWith('ok'))).toEqual([]);
    expect(report).toMatchObject({ passed: 14, failed: 0, warnings: [] });
  });

  it('has three repositories, each with production and staging, and each its own project', () => {
    expect(policy.grants.map(({ id }) => id)).toEqual([
      'web-production',
      'web-staging',
      'web-preview',
      'shop-production',
      'shop-staging',
      'docs-production',
      'docs-staging',
    ]);
    const pairs = policy.grants.map(({ allow, when }) => `${String(when['repositoryUuid'])} ${String(allow.projects)}`);
    expect(new Set(pairs).size).toBe(3);
  });

  it('makes one policy at Vercel of each exchange', () => {
    const { policies } = JSON.parse(renderPolicy(policy, 'vercel-api')) as {
      policies: readonly { policyId: string }[];
    };
    expect(policies.map(({ policyId }) => policyId).sort()).toEqual([
      ...['pol_docsProduction', 'pol_docsStaging', 'pol_shopProduction'],
      ...['pol_shopStaging', 'pol_webProduction', 'pol_webStaging'],
    ]);
  });

  it('refuses with the table that the page shows', () => {
    const claims = { ...WEB, branchName: 'feature/cart', deploymentEnvironmentUuid: undefined };
    const request = requestFor({ projectId: 'prj_web', target: 'staging' });
    const verdict = decideAccess(policy, identityWith(claims), request);
    if (!('denial' in verdict)) throw new Error('it was allowed');
    const { reason, details } = verdict.denial;
    const told = new PipeError({ code: 'DENIED_BY_POLICY', message: reason, faults: details }).describe();
    const shown = /```text\n([^]*?)```/.exec(page)?.[1] ?? '';
    expect(shown.split('\n').length).toBeGreaterThan(8);
    expect(told.startsWith(shown.trimEnd())).toBe(true);
  });

  it('denies each repository the project of another, in every environment', () => {
    for (const { allow, when } of policy.grants) {
      const claims = Object.fromEntries(
        Object.entries(when).map(([claim, [value = '']]) => [claim, value.replace('*', 'x')]),
      );
      for (const projectId of ['prj_web', 'prj_shop', 'prj_docs']) {
        const request = requestFor({ projectId, target: String(allow.targets[0]), actor: 'human' });
        const allowed = 'grant' in decideAccess(policy, identityWith(claims), request);
        expect({ projectId, allowed }).toEqual({ projectId, allowed: allow.projects.includes(projectId) });
      }
    }
  });
});

/** As Bitbucket and GitHub name a heading. */
function slug(title: string): string {
  return title
    .toLowerCase()
    .replace(/[^\w\- ]/g, '')
    .replaceAll(' ', '-');
}
