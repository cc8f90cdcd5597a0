import { readFileSync, writeFileSync } from 'node:fs';
import { afterEach, describe, expect, it } from '@jest/globals';
import { parse as parseYaml } from 'yaml';
import schema from '../schemas/deploy-policy.schema.json' with { type: 'json' };
import { EXIT_STATUS, type ErrorCode } from '../src/errors.ts';
import type { HopConfig } from '../src/exchange/config.ts';
import { AADSTS } from '../src/exchange/entra-codes.ts';
import { openHop } from '../src/exchange/hops.ts';
import { findChainFaults } from '../src/exchange/index.ts';
import { showClaims } from '../src/exchange/token-claims.ts';
import { createSandbox, PROVIDER_URLS } from '../src/sandbox/index.ts';
import { VARIABLES } from '../src/variables/table.ts';
import { parse } from './policy/support/policy.ts';
import { findUnknown, listBlocks, listRows, readKinds, readSources, slug } from './support/page-text.ts';
import { makeStep, predicateOf, runStep, type Step } from './support/step.ts';

const DOCS = new URL('../docs/', import.meta.url);
const PAGES = ['exchange.md', 'exchange/vault.md', 'exchange/entra.md', 'exchange/okta.md', 'exchange/hoop.md'];
const POLICY = '# deploy-policy.yml\n';
const PIPELINE = '# bitbucket-pipelines.yml\n';
const FRAGMENT = '# under exchanges: in the policy\n';

const text = (name: string): string => readFileSync(new URL(name, DOCS), 'utf8');
const blocks = (name: string, beginning: string): readonly string[] =>
  listBlocks(text(name)).filter((block) => block.startsWith(beginning));

describe.each(PAGES)('docs/%s', (name) => {
  it('has a policy and a pipeline, and no YAML that nobody looks at', () => {
    const kinds = new Set(listBlocks(text(name)).map((block) => `${block.split('\n', 1).join('')}\n`));
    expect([...kinds].filter((kind) => kind !== FRAGMENT).sort()).toEqual([PIPELINE, POLICY]);
  });

  it('shows policies that parse, and chains that fit', () => {
    const [policy = ''] = blocks(name, POLICY);
    const chains = blocks(name, FRAGMENT).map((fragment) => fragment.replaceAll(/^/gm, '  '));
    const files = ['', ...chains].map((more) => policy.replace(/(?<=^exchanges:\n)/m, `${more}\n`));
    for (const { exchanges } of files.map((file) => parse(file))) {
      expect(Object.entries(exchanges).flatMap(([chain, hops]) => findChainFaults(chain, hops))).toEqual([]);
    }
  });

  it('shows pipelines with known variables, all that are required, and the audience of the policy', () => {
    const [policy = ''] = blocks(name, POLICY);
    const required = [...VARIABLES.values()].filter((variable) => variable.required).map((variable) => variable.name);
    for (const pipeline of blocks(name, PIPELINE)) {
      const [{ step: shown }] = parseYaml(pipeline) as readonly [Pipeline];
      const names = Object.keys(shown.script[0].variables);
      expect(names.filter((variable) => !VARIABLES.has(variable))).toEqual([]);
      expect(names).toEqual(expect.arrayContaining(required));
      expect(shown.oidc).toEqual({ audiences: [parse(policy).audience] });
    }
  });

  it('names codes with their status, and quotes what the services and the pipe say', () => {
    const rows = listRows(text(name), 'Code (status)');
    expect(rows.length).toBeGreaterThan(7);
    const codes = [...text(name).matchAll(/`([A-Z]+(?:_[A-Z]+)+)`/g)].map(([, code = '']) => code);
    const known = [
      ...Object.keys(EXIT_STATUS),
      ...VARIABLES.keys(),
      'REMOTE_URL',
      'HEADER_AUTHORIZATION',
      'VAULT_TOKEN',
    ];
    expect(codes.filter((code) => !known.includes(code))).toEqual([]);
    const own = readSources((path) => !path.startsWith('sandbox'));
    const all = readSources(() => true);
    for (const [first = '', said = '', fix = ''] of rows) {
      const [, code = '', status = 'no'] = /^`([A-Z_]+)` \((\d)\)$/.exec(first) ?? [];
      expect(`${first} ${String(EXIT_STATUS[code as ErrorCode])}`).toBe(`${first} ${status}`);
      expect({ said, unknown: findUnknown(said, all) }).toEqual({ said, unknown: [] });
      expect({ fix, unknown: findUnknown(fix, own) }).toEqual({ fix, unknown: [] });
    }
  });

  it('links to places that are there', () => {
    const links = [...text(name).matchAll(/\]\(([^)]+)\)/g)].map(([, link = '']) => link);
    expect(links.length).toBeGreaterThan(2);
    for (const link of links.filter((each) => !each.startsWith('https://'))) {
      const [path = '', anchor] = link.split('#');
      const target = path === '' ? text(name) : readFileSync(new URL(path, new URL(name, DOCS)), 'utf8');
      const anchors = [...target.matchAll(/^#+ (.*)$/gm)].map(([, title = '']) => slug(title));
      if (anchor !== undefined) expect({ link, anchors }).toEqual({ link, anchors: expect.arrayContaining([anchor]) });
    }
  });
});

it('the page of Entra says of every AADSTS number what the pipe makes of it', () => {
  const told = { settings: { tenant: '…', client: '…', scope: '…' }, audience: '…', ...showClaims(undefined) };
  const rows = listRows(text('exchange/entra.md'), 'Code (status)');
  const shown = rows.flatMap(([first = '', said = '', fix = '']) =>
    [...said.matchAll(/AADSTS(\d+)/g)].map(([, number]) => ({ first, number: Number(number), fix, own: said })),
  );
  for (const { first, number, fix, own } of shown) {
    const judged = AADSTS[number]?.({ ...told, isStep: own.includes("step's own") });
    expect({ number, code: judged?.code }).toEqual({ number, code: /[A-Z_]+/.exec(first)?.[0] });
    expect({ number, unknown: findUnknown(fix, judged?.fix ?? '') }).toEqual({ number, unknown: [] });
  }
  expect(shown.map(({ number }) => number)).toEqual(expect.arrayContaining([70021, 700211, 700212, 700213, 7002138]));
});

describe('the overview', () => {
  it('says of every hop what it takes and gives', () => {
    const rows = listRows(text('exchange.md'), 'Hop').map(([hop = '', takes = '', gives = '']) => {
      return { name: /`([a-z-]+)`/.exec(hop)?.[1] ?? '', takes: readKinds(takes), gives: readKinds(gives) };
    });
    const hops = Object.keys(schema.$defs.hop.properties).map((name) => {
      const ways = WAYS.map((way) => openHop({ [name]: { ...SETTINGS, ...way } } as unknown as HopConfig));
      const given = new Set(ways.map(({ gives }) => gives));
      return { name, takes: [...(ways[0]?.takes ?? [])].sort(), gives: [...given].sort() };
    });
    expect(rows.sort(byName)).toEqual(hops.sort(byName));
  });

  it('says of every status which codes of an exchange it has', () => {
    const pairs = listRows(text('exchange.md'), 'Status').flatMap(([status, codes = '']) =>
      [...codes.matchAll(/`([A-Z_]+)`/g)].map(([, code = '']) => [code, Number(status)] as const),
    );
    expect(pairs.length).toBeGreaterThan(10);
    expect(EXIT_STATUS).toMatchObject(Object.fromEntries(pairs));
  });
});

let step: Step | undefined;
afterEach(() => step?.remove());

describe('who follows a page', () => {
  it.each([
    { name: 'exchange.md', hops: ['vercel'] },
    { name: 'exchange/vault.md', hops: ['vault'] },
    { name: 'exchange/entra.md', hops: ['vault', 'entra', 'vercel'] },
    { name: 'exchange/okta.md', hops: ['okta', 'vercel'] },
    { name: 'exchange/hoop.md', hops: ['okta', 'hoop'] },
  ])('deploys, as $name says', async ({ name, hops }) => {
    const sandbox = await createSandbox({ providers: PROVIDER_URLS });
    step = await makeStep(sandbox);
    const { workspaceUuid, repositoryUuid, environment } = sandbox.issuer.step;
    const uuids = { workspaceUuid, repositoryUuid, deploymentEnvironmentUuid: environment?.uuid ?? '' };
    const [policy = ''] = blocks(name, POLICY);
    // The sandbox's workspace and its role in Vault have other names; all else is as the page has it.
    const own = policy
      .replace(/(?<=issuers: \[').*(?='\])/, sandbox.issuer.url)
      .replace(/(?<=^audience: ).*/m, 'https://vercel.com/api/login/oauth/token')
      .replaceAll(/(\w+Uuid): .*/g, (_, name: keyof typeof uuids) => `${name}: '${uuids[name]}'`)
      .replace('role: web-production', 'role: pipelines')
      .replace(', policy: pol_webProduction', '');
    writeFileSync(`${step.clone.directory}/deploy-policy.yml`, own);
    const { status, log } = await runStep(sandbox, step);
    expect(log.match(/^error .*(?:\n {2}.*)*/gm)).toBeNull();
    expect(status).toBe(0);
    const record = predicateOf(step.readOne('.result.sigstore.json'));
    expect(record['vercel']).toMatchObject({ exchanges: hops.map((hop) => ({ hop })) });
  });
});

const byName = (a: { readonly name: string }, b: { readonly name: string }): number => a.name.localeCompare(b.name);

interface Pipeline {
  readonly step: { readonly oidc: unknown; readonly script: readonly [{ readonly variables: object }] };
}

/** Enough for every kind of hop; each looks at its own. */
const SETTINGS = {
  ...{ url: 'https://a', address: 'https://a', vault: 'https://a', tenant: 't', scope: 's', signer: {}, region: 'r' },
  ...{ role: 'arn:r', provider: '//p', secret: 's', connection: 'c' },
};
const WAYS = [{}, { identityToken: 'i' }, { requestedTokenType: 'urn:ietf:params:oauth:token-type:id_token' }];
