import { describe, expect, it } from '@jest/globals';
import { GOOD, faultsOf, parse } from './support/policy.ts';

const replace = (from: string | RegExp, to: string): string => GOOD.replace(from, to);

const AZURE =
  "signers:\n  azure-key-vault: { vault: 'https://acme.vault.azure.net', key: deploy-records-2026, exchange: direct }\n";

describe('a policy that breaks a rule', () => {
  it.each([
    {
      name: 'a day that is none',
      text: replace('2026-11-30', '2026-11-31'),
      fault: '4:1 expires: "2026-11-31" is no day; wanted a day of the calendar',
    },
    {
      name: 'expiry before issue',
      text: replace('2026-11-30', '2026-10-31'),
      fault: '4:1 expires: "2026-10-31" is before issued; wanted "2026-11-01" or later',
    },
    {
      name: 'production without environment',
      text: replace(/ +deploymentEnvironmentUuid: .*\n/, ''),
      fault:
        '15:5 grants[0].when.deploymentEnvironmentUuid: missing, and the grant allows promote, rollback, production; wanted the deployment environment',
    },
    {
      name: 'promote without environment',
      text: replace('actions: [deploy],', 'actions: [promote],'),
      fault: '24:5 grants[1].when.deploymentEnvironmentUuid: missing, and the grant allows promote; wanted',
    },
    {
      name: 'an audit without production, which it is asked of',
      text: replace('actions: [deploy, promote, rollback]', 'actions: [audit]').replace(
        'targets: [production]',
        'targets: [qa]',
      ),
      fault:
        'grants[0].allow.targets: the grant allows audit, which is asked of production, and lacks it; wanted [production]',
    },
    {
      name: 'production in any environment',
      text: replace(/deploymentEnvironmentUuid: .*/, "deploymentEnvironment: '*'"),
      fault: '18:7 grants[0].when.deploymentEnvironment: * is any environment',
    },
    {
      name: 'production in any environment, beside one of its own',
      text: replace(/deploymentEnvironmentUuid: .*/, "deploymentEnvironment: [production, '**']"),
      fault: '18:7 grants[0].when.deploymentEnvironment: * is any environment',
    },
    {
      name: 'an issuer that no parser takes for an address',
      text: replace(/^issuers: .*$/m, "issuers: ['https://a:b:c']"),
      fault: 'issuers[0]: "https://a:b:c" is no address; wanted one that can be asked, as https://example.com',
    },
    {
      name: 'a server that no parser takes for an address',
      text: replace(/^grants:/m, "  other: [{ token-exchange: { url: 'https://sts.example.com:x' } }]\ngrants:"),
      fault: 'exchanges.other[0].token-exchange.url: "https://sts.example.com:x" is no address; wanted one',
    },
    {
      name: 'an id twice',
      text: replace('id: web-preview', 'id: web-production'),
      fault: '22:5 grants[1].id: "web-production" names another grant too; wanted an id of its own',
    },
    {
      name: 'an exchange that is not there',
      text: replace(/exchange: direct\n$/, 'exchange: vercel\n'),
      fault: '25:5 grants[1].exchange: no chain is named "vercel"; wanted one under exchanges: "direct", "token"',
    },
    {
      name: 'the exchange static, which is a chain like any other',
      text: replace(/exchange: direct\n$/, 'exchange: static\n'),
      fault: 'wanted one under exchanges: "direct", "token"; for VERCEL_TOKEN add static: [{ static: {} }] there',
    },
    {
      name: 'an exchange to the vault of a key that is not there',
      text: replace('grants:', `${AZURE}grants:`).replace('exchange: direct }', 'exchange: elsewhere }'),
      fault:
        '13:87 signers.azure-key-vault.exchange: no chain is named "elsewhere"; wanted one under exchanges: "direct"',
    },
    {
      name: 'a signer whose key nobody describes',
      text: `${GOOD}    signer: vault\n`,
      fault: '26:5 grants[1].signer: no key "vault" under signers; wanted keyless, key',
    },
    {
      name: 'a signer whose key is described under another name',
      text: `${replace('grants:', `${AZURE}grants:`)}    signer: vault\n`,
      fault: '28:5 grants[1].signer: no key "vault" under signers; wanted keyless, key, azure-key-vault',
    },
    {
      name: 'a signer that the grant itself forbids',
      text: `${GOOD}    signer: keyless\n    require: { signers: [key, vault] }\n`,
      fault: '26:5 grants[1].signer: not in its require: signers; wanted "key", "vault"',
    },
    {
      name: 'bounds that no step could meet',
      text: `${GOOD}    require: { signers: [vault, aws-kms] }\n`,
      fault: '26:16 grants[1].require.signers: none of these keys is under signers; wanted keyless, key',
    },
  ])('is refused: $name', ({ text, fault }) => {
    expect(faultsOf(text)).toEqual([expect.stringContaining(fault)]);
  });
});

it.each([
  { name: 'a key that is described', lines: 'signer: azure-key-vault' },
  { name: 'bounds that a key meets', lines: 'require: { signers: [vault, azure-key-vault] }' },
  { name: 'bounds that a step meets without any key', lines: 'require: { signers: [vault, keyless] }' },
  { name: 'a signer within its bounds', lines: 'signer: keyless\n    require: { signers: [vault, keyless] }' },
])('a grant may have $name', ({ lines }) => {
  const text = replace('grants:', `${AZURE}grants:`);
  expect(faultsOf(`${text}    ${lines}\n`)).toEqual([]);
});

it.each([
  { name: 'end on the day of its issue', text: replace('2026-11-30', '2026-11-01') },
  {
    name: 'name environments by how they begin',
    text: replace(/deploymentEnvironmentUuid: .*/, 'deploymentEnvironment: prod*'),
  },
  {
    name: 'name environments by how they end',
    text: replace(/deploymentEnvironmentUuid: .*/, "deploymentEnvironment: '*-eu'"),
  },
  ...['promote', 'rollback'].map((action) => ({
    name: `hold ${action} alone to what is recorded`,
    text: replace('[deploy, promote, rollback]', `[${action}]`).replace('noStatic: true', 'recordedOnly: true'),
  })),
  { name: 'allow an audit of production', text: replace('[deploy, promote, rollback]', '[audit]') },
])('a policy may $name', ({ text }) => {
  expect(faultsOf(text)).toEqual([]);
});

it.each([
  { count: 'one fault', names: [] },
  { count: '2 faults', names: ['a1'] },
  { count: '49 faults', names: Array.from({ length: 48 }, (_, at) => `a${String(at)}`) },
  { count: '50 faults or more', names: Array.from({ length: 49 }, (_, at) => `a${String(at)}`) },
  { count: '50 faults or more', names: Array.from({ length: 99 }, (_, at) => `a${String(at)}`) },
])('says how many faults there are: $count', ({ count, names }) => {
  const text = ['x', ...names].reduce((all, name) => `${all}${name}: 1\n`, GOOD);
  expect(() => parse(text)).toThrow(expect.objectContaining({ message: `The policy has ${count}.` }));
});

it('tells an unknown signer once, by the schema', () => {
  expect(faultsOf(`${GOOD}    signer: notary\n    require: { signers: [notary, 7] }\n`)).toEqual([
    expect.stringContaining('26:5 grants[1].signer: got "notary"; wanted keyless, key, vault'),
    expect.stringContaining('27:26 grants[1].require.signers[0]: got "notary"'),
    expect.stringContaining('27:34 grants[1].require.signers[1]: got 7'),
  ]);
});

it('tells all faults at once, from top to bottom', () => {
  const text = replace('version: 1', 'version: 2')
    .replace('2026-11-30', '2026-02-30')
    .replace('actions: [deploy, promote, rollback]', 'actions: [deploy]')
    .replace('noStatic: true', 'recordedOnly: true, signed: true')
    .replace('id: web-preview', 'id: web-production');
  expect(faultsOf(text)).toEqual([
    '1:1 version: got 2; wanted 1',
    '4:1 expires: "2026-02-30" is no day; wanted a day of the calendar',
    '21:39 grants[0].require.recordedOnly: the grant allows neither promote nor rollback, and only these are held to it; wanted no such line, or another grant',
    expect.stringContaining('21:59 grants[0].require.signed: unknown key'),
    expect.stringContaining('22:5 grants[1].id: "web-production" names another grant too'),
  ]);
});
