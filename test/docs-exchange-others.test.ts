import { createPublicKey } from 'node:crypto';
import { access } from 'node:fs/promises';
import { describe, expect, it } from '@jest/globals';
import { parse as parseYaml } from 'yaml';
import schema from '../schemas/deploy-policy.schema.json' with { type: 'json' };
import { renderPolicy } from '../src/boundary/index.ts';
import { readPolicyOptions } from '../src/commands/policy-options.ts';
import { EXIT_STATUS } from '../src/errors.ts';
import { azureKeyVaultHop } from '../src/exchange/azure-key-vault.ts';
import { entraHop } from '../src/exchange/entra.ts';
import { checkChain, findChainFaults, type ExchangeInput } from '../src/exchange/index.ts';
import { decideAccess, type Grant, type Policy } from '../src/policy/index.ts';
import { crc32c } from '../src/services/crc32c.ts';
import { VARIABLES } from '../src/variables/table.ts';
import { VERSION } from '../src/version.ts';
import { answer } from './exchange/support/google-answers.ts';
import { localKey } from './exchange/support/local-key.ts';
import type { Answer } from './http/support/fake-network.ts';
import { identityWith, outcome, requestFor } from './policy/support/policy.ts';
import { FOLDER, NAMES, PAGES, blocks, policiesOf, read, type Name } from './support/exchange-pages.ts';
import { hop, keyVault, like, RUNS, TABLES, type Run } from './support/exchange-refusals.ts';
import { slug } from './support/page-text.ts';

const CLAIMS = {
  workspaceUuid: '{11111111-1111-4111-8111-111111111111}',
  repositoryUuid: '{22222222-2222-4222-8222-222222222201}',
  deploymentEnvironmentUuid: '{33333333-3333-4333-8333-333333333301}',
};

interface Step {
  readonly oidc: { readonly audiences: readonly string[] };
  readonly script: readonly [{ readonly pipe: string; readonly variables: Readonly<Record<string, string>> }];
}

describe.each(NAMES)('the page on the exchange %s', (name) => {
  it('shows policies that are good, whose chains fit, and that allow its step', () => {
    expect(policiesOf(name).length).toBe({ 'token-exchange': 3, aws: 3, gcp: 3, 'azure-key-vault': 2 }[name]);
    for (const policy of policiesOf(name)) {
      expect(Object.entries(policy.exchanges).flatMap(([key, chain]) => findChainFaults(key, chain))).toEqual([]);
      const request = requestFor({ projectId: 'prj_web', target: 'production' });
      expect(outcome(decideAccess(policy, identityWith(CLAIMS), request))).toBe('grant web-production');
      const short = (policy.exchanges['web'] ?? []).slice(0, -1);
      expect(findChainFaults('web', short)).toHaveLength(1);
    }
  });

  it('shows a pipeline with known variables, and the audience that the policy wants', () => {
    const [text = ''] = blocks(name, 'yaml').filter((block) => block.startsWith('# bitbucket-pipelines.yml'));
    const [{ step }] = parseYaml(text) as [{ step: Step }];
    const [{ pipe, variables }] = step.script;
    expect(pipe.endsWith(`:${VERSION}`)).toBe(true);
    expect(Object.keys(variables).filter((key) => !VARIABLES.has(key))).toEqual([]);
    const required = [...VARIABLES.values()].filter((variable) => variable.required).map((variable) => variable.name);
    expect(Object.keys(variables)).toEqual(expect.arrayContaining(required));
    const { audience, grants } = policiesOf(name)[0] as Policy;
    expect({ audiences: step.oidc.audiences, projects: [variables['VERCEL_PROJECT_ID']] }).toEqual({
      audiences: [audience],
      projects: grants[0]?.allow.projects,
    });
  });

  it('names codes with their status, commands that parse, and links that lead somewhere', async () => {
    const codes = [...PAGES[name].matchAll(/`([A-Z_]+)` \((\d+)\)/g)];
    expect(codes.length).toBeGreaterThan(8);
    for (const [, code = '', status] of codes)
      expect([code, EXIT_STATUS[code as never]]).toEqual([code, Number(status)]);
    for (const [, line = ''] of PAGES[name].matchAll(/^vercel-oidc-deploy policy (.*)$/gm)) {
      expect(() => readPolicyOptions(line.split(' '), '/')).not.toThrow();
    }
    const links = [...PAGES[name].matchAll(/\]\(([^)#]*)#?([^)]*)\)/g)];
    expect(links.length).toBeGreaterThan(6);
    for (const [, file = '', anchor = ''] of links) {
      const there = file === '' ? `${name}.md` : file;
      await expect(access(new URL(there, FOLDER))).resolves.toBeUndefined();
      const anchors = [...(await read(there)).matchAll(/^#+ (.*)$/gm)].map(([, title = '']) => slug(title));
      if (anchor !== '') expect(anchors).toContain(anchor);
    }
  });
});

/** Of `a b`, which is no token. */
const WORDS_CRC = String(crc32c(Buffer.from('a b')));
const SPKI = createPublicKey(localKey().signer.publicKeyPem).export({ type: 'spki', format: 'der' }).toString('base64');
const KMS_KEY = {
  PublicKey: SPKI,
  KeyId: 'arn:aws:kms:eu-central-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab',
};

const rows = NAMES.flatMap((name) => {
  const sections = [...PAGES[name].matchAll(/^### `(.*)`.*\n\n\| Code.*\n.*\n((?:\|.*\n)+)/gm)];
  expect(sections.length).toBe(TABLES[name].length);
  return sections.flatMap(([, message = '', table = ''], number) =>
    [...table.matchAll(/^\| `(\w+)`.*?\| `(.*?)` +\| `(.*?)`/gm)].map(([, code = '', got = '', fix = '']) => {
      return { name, number, message, code, got, fix };
    }),
  );
});

describe('each refusal that a page tells of', () => {
  it('is a row that is read here', () => {
    const shown = NAMES.flatMap((name) => [...PAGES[name].matchAll(/^\| `[A-Z_]+` \(\d\)/gm)]);
    expect(rows.length).toBe(shown.length);
    expect(rows.length).toBeGreaterThan(60);
  });

  it.each(rows)('$name: $got', async ({ name, number, message, code, got, fix }) => {
    const [run, write] = TABLES[name][number] as (typeof TABLES)[Name][number];
    const [, status, error = '', said = ''] = /^status (\d+) ?(\S*) ?(.*)$/.exec(got) ?? [];
    const body = error === '' ? '' : JSON.stringify(write(error, said.replaceAll('…', 'x')));
    const { error: thrown } = await run({ status: Number(status), body });
    expect(thrown).toMatchObject({ code, message, got: like(got), fix: like(fix) });
  });

  const token = (more: object): Answer => answer(200, { access_token: 'x', token_type: 'Bearer', ...more });
  it.each<[Name, string, Run, Answer]>([
    ['token-exchange', 'no token', RUNS.STS, answer(200, {})],
    ['token-exchange', 'another type', RUNS.STS, token({ issued_token_type: 'urn:acme:other' })],
    ['token-exchange', 'a token that is not bound', RUNS.BOUND, token({})],
    ['aws', 'no token', RUNS.SECRET, answer(200, { SecretString: 'two words' })],
    ['aws', 'no name of the key', RUNS.KMS, answer(200, { PublicKey: SPKI, KeyUsage: 'SIGN_VERIFY' })],
    ['aws', 'a key that encrypts', RUNS.KMS, answer(200, { ...KMS_KEY, KeyUsage: 'ENCRYPT_DECRYPT' })],
    ['gcp', 'no token', RUNS.GOOGLE, answer(200, { payload: { data: 'YSBi', dataCrc32c: WORDS_CRC } })],
    ['gcp', 'a damaged secret', RUNS.GOOGLE, answer(200, { payload: { data: 'eA==', dataCrc32c: '1' } })],
    ['azure-key-vault', 'no token', RUNS.AZURE, answer(200, { value: 'two words' })],
    ['azure-key-vault', 'an old secret', RUNS.AZURE, answer(200, { value: 'x', attributes: { exp: 1 } })],
  ])('%s: an answer with %s', async (name, _, run, last) => {
    const { error } = await run(last);
    const text = PAGES[name].replaceAll(/\s+/g, ' ');
    const at = text.indexOf(`\`${error.message}\``);
    expect({ message: error.message, found: at > 0 }).toMatchObject({ found: true });
    // The code stands before it: in the sentence, or above the table.
    const codes = [...text.slice(0, at).matchAll(/`([A-Z_]+)` \(\d\)/g)].map(([, code]) => code);
    expect(codes.at(-1)).toBe(error.code);
    if (name === 'token-exchange') expect(text).toContain(`\`${String(error.fix)}\``);
  });
});

describe('what the pages say of the services', () => {
  it('is what policy render writes', () => {
    const [aws, gcp] = [policiesOf('aws')[0], policiesOf('gcp')[0]] as [Policy, Policy];
    const [role] = JSON.parse(renderPolicy(aws, 'aws', { account: '123456789012' })).roles;
    expect(JSON.parse(blocks('aws', 'json')[0] ?? '')).toEqual(role.trustPolicy);
    const [{ grant, ...provider }] = JSON.parse(renderPolicy(gcp, 'gcp')).providers;
    expect({ grant, ...JSON.parse(blocks('gcp', 'json')[0] ?? '') }).toEqual({ grant: 'web-production', ...provider });
    const paths = [...PAGES.gcp.matchAll(/local\.rendered\.(\w+)\.?(\w*)/g)];
    expect(paths.map(([, one = '', two = '']) => typeof (two === '' ? provider[one] : provider[one][two]))).toEqual([
      'object',
      'string',
      'string',
      'object',
    ]);
  });

  it('holds for a secret that lacks', () => {
    const exchange = policiesOf('token-exchange')[2]?.exchanges['web'];
    const [fault = ''] = checkChain({ exchange, exchangeName: 'web' } as unknown as Grant, {} as ExchangeInput);
    expect(fault).toMatch(/^EXCHANGE_CLIENT_SECRET is missing/);
    expect(PAGES['token-exchange']).toContain(`\`${fault}\``);
  });

  it('holds for the keys of the hop token-exchange', () => {
    const table = PAGES['token-exchange'].split(/^\| Key .*\n.*\n/m)[1]?.split('\n\n')[0] ?? '';
    const keys = table
      .split('\n')
      .flatMap((row) => [...(row.split('|')[1] ?? '').matchAll(/`(\w+)`/g)].map(([, key]) => key));
    expect(keys.sort()).toEqual(Object.keys(schema.$defs.hop.properties['token-exchange'].properties).sort());
  });

  it.each([
    ['secret', RUNS.SECRET],
    ['identity token', RUNS.IDENTITY],
    ['signer', RUNS.KMS],
  ])('holds for the session policy of AWS: %s', async (what, run) => {
    const { sent } = await run({ status: 404 });
    const form = new URLSearchParams(Buffer.from(sent[0]?.body as Uint8Array).toString());
    const [{ Action: actions }] = JSON.parse(form.get('Policy') ?? '').Statement as [{ Action: readonly string[] }];
    expect(PAGES.aws).toMatch(new RegExp(`for an? ${what} ${actions.map((name) => `\`${name}\``).join(' and ')}`));
  });

  it('holds for sovereign clouds', async () => {
    const table = PAGES['azure-key-vault'].split(/^\| Cloud .*\n.*\n/m)[1]?.split('\n\n')[0] ?? '';
    const clouds = table.split('\n').map((row) => [...row.matchAll(/`([^`]+)`/g)].map(([, cell = '']) => cell));
    expect(clouds).toHaveLength(3);
    for (const cloud of clouds) {
      const [vault = '', scope = '', audience = '', authority] = cloud.toReversed();
      const own = vault.replace('NAME', 'acme-deploy');
      expect(azureKeyVaultHop.check?.({ vault: own, secret: 'x' })).toEqual([]);
      expect((await keyVault({ vault: own })({ status: 401 })).error.fix).toContain(`the scope ${scope}:`);
      const settings = { tenant: 't', client: 'c', scope, ...(authority === undefined ? {} : { authority }) };
      const { error } = await hop(entraHop, settings)(answer(400, { error: 'invalid_request', error_codes: [700212] }));
      expect(error.fix).toContain(`("${audience}" in this cloud)`);
    }
  });
});
