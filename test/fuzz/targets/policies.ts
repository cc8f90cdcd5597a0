import fc from 'fast-check';
import { listPolicies, parseListing, parsePolicyTests } from '../../../src/boundary/index.ts';
import { decideAccess, explainGrant, parsePolicy, policyWarnings } from '../../../src/policy/index.ts';
import { parseDefaults } from '../../../src/sources/defaults.ts';
import { GOOD, identityWith, NOW, requestFor } from '../../policy/support/policy.ts';
import { parse as parseYaml } from 'yaml';
import { mutatedText, mutatedValue } from '../support/hostile.ts';
import { judgeText } from '../support/judge.ts';
import { HOP_TOKEN } from '../support/secrets.ts';
import { defineTarget } from '../support/target.ts';
import { hostileReplies, hostileWorld, never, write, type Hostile } from '../support/world.ts';

const TESTS = `version: 1
date: 2026-11-15
tokens:
  main: { workspaceUuid: '{11111111-1111-4111-8111-111111111111}', branchName: main }
tests:
  - name: main may deploy
    token: main
    request: { action: deploy, project: prj_abc, target: preview }
    expect: { grant: web-preview }
`;
const DEFAULTS = `VERCEL_TEAM_ID: team_abc
TIMEOUT: { value: 20m, locked: true }
REGIONS: { value: [fra1, iad1] }
`;
const EXTRA = `keys: { file: issuer-keys.json, sha256: ${'a'.repeat(64)} }
signers: { vault: { address: 'https://vault.example.com', role: deploy, key: records } }
`;
const texts = [GOOD, `${GOOD}${EXTRA}`, GOOD.replace('&', '').replace("'main'", '&main main'), TESTS, DEFAULTS];
const values = [GOOD, `${GOOD}${EXTRA}`, TESTS, DEFAULTS].map((text) => parseYaml(text) as unknown);

const READERS: readonly ((bytes: Uint8Array) => unknown)[] = [
  parseAndDecide,
  parsePolicyTests,
  (bytes) => parseDefaults(bytes, 'defaults.yml'),
];

function parseAndDecide(bytes: Uint8Array): void {
  const policy = parsePolicy(bytes, '1.0.0');
  for (const line of policyWarnings(policy, NOW)) judgeText(line);
  const decision = decideAccess(policy, identityWith({ branchName: 'main' }), requestFor());
  if ('grant' in decision) judgeText(explainGrant(decision.grant));
}

interface Input {
  readonly text: string;
  readonly reader: number;
}

export const policies = defineTarget<Input>({
  name: 'policies',
  runs: 800,
  inputs: fc.record({
    text: fc.oneof(
      { weight: 2, arbitrary: mutatedText(texts) },
      { weight: 3, arbitrary: mutatedValue(values).map(write) },
    ),
    reader: fc.nat(READERS.length - 1),
  }),
  run: ({ text, reader }) => READERS[reader]?.(Buffer.from(text)),
});

const LISTING = {
  policies: [
    {
      ...{ policyId: 'pol_1', teamId: 'team_abc', name: 'bitbucket', clientId: 'cl_1', issuerUrl: 'https://i.example' },
      claims: [{ name: 'branchName', values: [{ value: 'main', wildcards: false }] }],
      ...{ permissions: ['deploy'], commands: ['deploy'], resources: { projectIds: ['prj_abc'] } },
    },
  ],
  pagination: { next: null },
};

export const policyListings = defineTarget<readonly Hostile[]>({
  name: 'policy-listings',
  runs: 1500,
  inputs: hostileReplies([LISTING], 3),
  async run(replies) {
    const world = hostileWorld(replies);
    const source = { http: world.http, apiUrl: 'https://api.example.com', teamId: 'team_abc', token: HOP_TOKEN };
    await listPolicies(source, never()).finally(world.settle);
    parseListing(String(replies[0]?.body));
  },
});
