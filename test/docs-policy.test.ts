import { readFile, readdir } from 'node:fs/promises';
import { describe, expect, it } from '@jest/globals';
import { renderPolicy } from '../src/boundary/index.ts';
import { suggestPolicy } from '../src/boundary/suggest.ts';
import { parsePolicyTests } from '../src/boundary/test-cases.ts';
import { runPolicyTests } from '../src/boundary/test-run.ts';
import { EXIT_STATUS } from '../src/errors.ts';
import { decideAccess, judgeAccess, policyWarnings } from '../src/policy/index.ts';
import { parseDefaults } from '../src/sources/defaults.ts';
import { identityWith, outcome, parse, requestFor } from './policy/support/policy.ts';
import { slug } from './support/page-text.ts';
import { blockAt, isShown, listBlocks, listRows, page } from './support/policy-page.ts';

const suggested = blockAt('yaml', '# deploy-policy.yml');
const policyText = blockAt('yaml', '# deploy-policy.yml', 1);
const testsText = blockAt('yaml', '# deploy-policy.tests.yml');
const WEB = {
  workspaceUuid: '{11111111-1111-4111-8111-111111111111}',
  repositoryUuid: '{22222222-2222-4222-8222-222222222201}',
  deploymentEnvironmentUuid: '{33333333-3333-4333-8333-333333333301}',
};

describe('the page on writing a policy', () => {
  it('has these blocks, each of which is tested here', () => {
    expect(listBlocks('yaml').map((text) => text.split('\n', 1).join(''))).toEqual([
      '# deploy-policy.yml',
      '# deploy-policy.yml',
      '# deploy-policy.tests.yml',
      '# /etc/vercel-oidc-deploy/defaults.yml',
      '# under require: in a grant',
      '# in a grant that promotes or rolls back',
      '# above grants: in the policy',
      '# in a grant',
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
    const line = blockAt('yaml', '# under require:').split('\n')[1] ?? '';
    const actors = policyText.replace('actors: [human]', line);
    expect(actors).toContain('actors: [human, schedule]');
    expect(parse(`${blockAt('yaml', '# at the top')}${actors}`).keys?.file).toBe('issuer-keys.json');
  });

  it('shows keys for records, and a grant that takes them', () => {
    const lines = blockAt('yaml', '# in a grant\n').trimEnd().replaceAll(/^/gm, '    ');
    const keys = `${blockAt('yaml', '# above grants:')}grants:`;
    const policy = parse(policyText.replace('grants:', keys).replace('    require: { noStatic: true }', lines));
    const require = { signers: Object.keys(policy.signers), timestamp: true, store: true };
    expect(policy.grants[0]).toMatchObject({ signer: 'vault', require });
  });

  it('shows defaults as an image may have them', () => {
    const text = blockAt('yaml', '# /etc/vercel-oidc-deploy/defaults.yml');
    expect(parseDefaults(new TextEncoder().encode(text), 'defaults.yml')).toEqual({
      TIMEOUT: { value: '20m', locked: false },
      POLICY: { value: expect.stringMatching(/^https:.*\.jws$/), locked: true },
      POLICY_KEY: { value: expect.stringMatching(/^LS0tLS1CRUdJTiBQVUJMSUMg/), locked: true },
    });
  });

  it('shows the warning before the end as it is given', () => {
    const [shown = ''] = listBlocks('text').filter((text) => text.startsWith('The policy expires'));
    expect(policyWarnings(parse(policyText), Date.UTC(2027, 0, 25))).toEqual([shown.trimEnd()]);
    expect(policyWarnings(parse(policyText), Date.UTC(2027, 0, 22))).toEqual([]);
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
    const report = runPolicyTests(tests, policy, (claims, request) => judgeAccess(policy, claims, request));
    expect(report.lines.filter((line) => !line.startsWith('ok'))).toEqual([]);
    expect(report).toMatchObject({ passed: 15, failed: 0, warnings: [] });
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

  it('fails its tests, as the page shows, once the environment is taken out of a grant', () => {
    const weaker = parse(policyText.replace(/ +deploymentEnvironmentUuid: .* # Staging of web\n/, ''));
    const { lines, failed } = runPolicyTests(tests, weaker, (claims, request) => judgeAccess(weaker, claims, request));
    expect({ failed, shown: lines.join('\n').includes(blockAt('text', 'FAILED').trimEnd()) }).toEqual({
      failed: 1,
      shown: true,
    });
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

describe('what to change after a refusal', () => {
  const policy = parse(policyText);
  const ask = (claims: Readonly<Record<string, string | undefined>>, projectId: string, target: string): string => {
    const request = requestFor({ projectId, target });
    const verdict = decideAccess(policy, identityWith({ ...WEB, ...claims }), request);
    return 'denial' in verdict ? [verdict.denial.reason, ...verdict.denial.details].join('\n') : 'a grant';
  };
  const SHOP = { repositoryUuid: '{22222222-2222-4222-8222-222222222202}' };
  const doubled = parse(
    policyText.replace(/(?<=targets: \[)preview(?=\])/, 'preview, staging').replaceAll(/ +branchName.*/g, ''),
  );
  const production = { projectId: 'prj_web', target: 'production' };
  const proved = parse(policyText.replace('noStatic: true', 'signers: [key], timestamp: true, store: true'));
  const printed = [
    ask({ deploymentEnvironmentUuid: undefined }, 'prj_web', 'production'),
    ask({ deploymentEnvironmentUuid: '{44444444-4444-4444-8444-444444444401}' }, 'prj_web', 'staging'),
    ask({ deploymentEnvironmentUuid: '{44444444-4444-4444-8444-444444444401}' }, 'prj_web', 'production'),
    ask(SHOP, 'prj_web', 'production'),
    ask({ ...SHOP, deploymentEnvironmentUuid: '{33333333-3333-4333-8333-333333333302}' }, 'prj_shop', 'production'),
    outcome(
      decideAccess(
        doubled,
        identityWith({ ...WEB, deploymentEnvironmentUuid: '{44444444-4444-4444-8444-444444444401}' }),
        requestFor({ projectId: 'prj_web', target: 'staging' }),
      ),
    ),
    outcome(decideAccess(policy, identityWith(WEB), requestFor({ now: Date.UTC(2030, 0) }))),
    outcome(decideAccess(proved, identityWith(WEB), requestFor({ ...production, signers: ['keyless'] }))),
    outcome(decideAccess(undefined, identityWith(WEB), requestFor({ target: 'production' }))),
  ].join('\n');

  it('is told for sentences that are printed', () => {
    const sentences = listRows('It says').map(([[sentence = ''] = []]) => sentence);
    expect(sentences).toHaveLength(11);
    // In the table names are padded.
    const text = printed.replaceAll(/ {2,}/g, ' ');
    expect(sentences.filter((sentence) => !isShown(`…${sentence}…`, text))).toEqual([]);
  });

  it('is told for codes that are there, with their status and in their words', async () => {
    const sources = await readSources();
    const rows = listRows('Code');
    expect(rows.length).toBeGreaterThan(14);
    for (const [[code = ''] = [], [words = ''] = []] of rows) {
      const status = EXIT_STATUS[code as keyof typeof EXIT_STATUS];
      expect(page).toContain(`\`${code}\` (${String(status)})`);
      const unknown = words.split('…').filter((part) => !sources.includes(part.trim()));
      expect({ words, unknown }).toEqual({ words, unknown: [] });
    }
  });
});

async function readSources(): Promise<string> {
  const root = new URL('../src/', import.meta.url);
  const names = (await readdir(root, { recursive: true })).filter((name) => name.endsWith('.ts'));
  return (await Promise.all(names.map((name) => readFile(new URL(name, root), 'utf8')))).join('\n');
}
