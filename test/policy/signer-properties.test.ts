import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { parse as parseYaml } from 'yaml';
import { decideAccess, type GrantRule, type SignerName } from '../../src/policy/index.ts';
import { SIGNERS, allowed, signerLists, signerName } from './support/arbitraries.ts';
import { GOOD, identityWith, outcome, parse, requestFor } from './support/policy.ts';

const PROVIDER = '//iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/p/providers/x';
const VERSION = 'projects/1/locations/global/keyRings/r/cryptoKeys/k/cryptoKeyVersions/1';
const KEYS = {
  vault: { address: 'https://vault.example.com', role: 'r', key: 'k' },
  'aws-kms': { region: 'eu-central-1', role: 'arn:aws:iam::123456789012:role/r', key: 'k' },
  'gcp-kms': { provider: PROVIDER, key: VERSION },
  'azure-key-vault': { vault: 'https://acme.vault.azure.net', key: 'k', exchange: 'direct' },
};

describe('every policy', () => {
  it('never takes a grant away because the step can sign with one thing more, or dates or stores its record', () => {
    const more = fc.record({ signer: signerName, at: fc.nat(), timestamp: fc.boolean(), store: fc.boolean() });
    fc.assert(
      fc.property(allowed, more, ([one, who, what], { signer, at, timestamp, store }) => {
        const { length } = what.signers;
        const signers = what.signers.toSpliced(at % (length + 1), 0, signer);
        const wider = { ...what, signers, timestamp: what.timestamp || timestamp, store: what.store || store };
        const before = outcome(decideAccess(one, identityWith(who), what));
        expect(outcome(decideAccess(one, identityWith(who), wider))).toBe(before);
      }),
      { numRuns: 1000 },
    );
  });

  it('has the record signed by the first of the step that the grant takes', () => {
    fc.assert(
      fc.property(allowed, signerLists, ([one, who, what], others) => {
        const signers = [...new Set([...others, ...what.signers])];
        const decision = decideAccess(one, identityWith(who), { ...what, signers });
        if (!('grant' in decision)) throw new Error(decision.denial.reason);
        const { id, signer } = decision.grant;
        const { require, signer: own } = one.grants.find((grant) => grant.id === id) as GrantRule;
        const taken = signers.filter((name) =>
          own === undefined ? (require.signers ?? SIGNERS).includes(name) : name === own,
        );
        expect(signer).toBe(taken[0]);
      }),
      { numRuns: 1000 },
    );
  });

  it('keeps its keys in the order of the file, so that the first is preferred', () => {
    const { version, exchanges, grants } = parseYaml(GOOD) as Record<string, unknown>;
    fc.assert(
      fc.property(fc.shuffledSubarray(Object.keys(KEYS), { minLength: 1 }), (names) => {
        const signers = Object.fromEntries(names.map((name) => [name, KEYS[name as keyof typeof KEYS]]));
        const one = parse(JSON.stringify({ version, exchanges, signers, grants }));
        expect(Object.keys(one.signers)).toEqual(names);
        const asked = requestFor({ signers: [...(Object.keys(one.signers) as SignerName[]), 'keyless'] });
        expect(decideAccess(one, identityWith({}), asked)).toMatchObject({ grant: { signer: names[0] } });
      }),
    );
  });
});
