import { describe, expect, it } from '@jest/globals';
import type { ErrorCode } from '../../src/errors.ts';
import { readTrust, verifyRecord, type Trust } from '../../src/record/index.ts';
import { makeKeyPair } from '../signing/support/keys.ts';
import { changeSigned, KEYLESS_TRUST, makeKeyless, parsePayload, signText, startStep } from './support/keyless.ts';
import { makeEntry, makeManaged, trustList } from './support/key-lists.ts';
import { changeStatement, NO_SANDBOX, payloadText, refusal, TRUST, type OpenStatement } from './support/records.ts';

const GOOD = await makeKeyless();
const MANAGED = await makeManaged();
const OTHER_STEP = startStep();
const other = await makeKeyless({}, OTHER_STEP);

interface Refused {
  readonly name: string;
  readonly bundle: string | Promise<string>;
  readonly trust?: Trust;
  readonly code?: ErrorCode;
  readonly text: string;
}

const edit = (change: (statement: OpenStatement) => unknown): Promise<string> => changeSigned(GOOD, change);

const REFUSED: readonly Refused[] = [
  {
    name: 'a proof of another key',
    bundle: edit((s) =>
      Object.assign(s.predicate.oidc, { proof: parsePayload(other.bundleJson).predicate.oidc.proof }),
    ),
    code: 'SIGNATURE_INVALID',
    text: `The proof is of another key than the one that signed the record. a proof of ${OTHER_STEP.signer.keyId}`,
  },
  {
    name: 'a record of a key with a proof taken from another record',
    bundle: signText(payloadText(GOOD.bundleJson), OTHER_STEP.signer),
    code: 'SIGNATURE_INVALID',
    text: 'The proof is of another key than the one that signed the record.',
  },
  {
    name: 'a record that says keyless and carries no proof',
    bundle: edit((s) => Reflect.deleteProperty(s.predicate.oidc, 'proof')),
    text: 'The record says that it is keyless, and carries no proof. no oidc.proof',
  },
  {
    name: 'a proof without a key',
    bundle: edit((s) => Object.assign(s.predicate.oidc, { proof: { type: 'openpubkey-gq256', pkToken: {} } })),
    text: 'The proof names no key.',
  },
  {
    name: 'a keyless record where only a public key was given',
    bundle: GOOD.bundleJson,
    trust: TRUST,
    code: 'TRUST_MATERIAL_MISSING',
    text: "The record is keyless: it can only be checked with its token issuer's keys.",
  },
];

describe('the key of a keyless record', () => {
  it.each(REFUSED)(
    'is refused with $name',
    async ({ bundle, trust = KEYLESS_TRUST, code = 'RECORD_INVALID', text }) => {
      const given = await bundle;
      const error = refusal(code, () => verifyRecord(given, trust, NO_SANDBOX));
      expect([error.message, error.got].join(' ')).toContain(text);
    },
  );
});

describe('the key of another record', () => {
  it('is not among those that were given, and names no more than three', () => {
    const entries = Array.from({ length: 5 }, () => {
      const trusted = readTrust({ publicKey: makeKeyPair().publicPem }).keys.values().next().value;
      return makeEntry({ keyid: trusted?.keyId, jwk: trusted?.key.export({ format: 'jwk' }) });
    });
    const error = refusal('SIGNATURE_INVALID', () => verifyRecord(MANAGED, trustList(...entries), NO_SANDBOX));
    expect(error.message).toContain('signed by another key than the one that is trusted');
    const named = entries.slice(0, 3).map(({ keyid }) => keyid);
    expect(error.wanted).toBe(`${named.join(' or ')} or 2 others`);
    expect(error.fix).toContain('with the public key of its own signer');
    const three = trustList(...entries.slice(0, 3));
    expect(refusal('SIGNATURE_INVALID', () => verifyRecord(MANAGED, three, NO_SANDBOX)).wanted).toBe(
      named.join(' or '),
    );
  });

  it('is missed where none was given for a record that has one of its own', () => {
    const error = refusal('TRUST_MATERIAL_MISSING', () => verifyRecord(MANAGED, KEYLESS_TRUST, NO_SANDBOX));
    expect(error.message).toBe('No key was given to check this record with.');
    expect([error.got, error.exitStatus]).toEqual(['a record by a key of its own ("vault")', 3]);
  });

  it('is not missed for what is no record', () => {
    const bundle = changeStatement(MANAGED, (s) => Object.assign(s.predicate.signer, { mode: 'paper' }));
    const error = refusal('RECORD_INVALID', () => verifyRecord(bundle, KEYLESS_TRUST, NO_SANDBOX));
    expect(error.got).toBe('"paper"');
  });

  it('is not missed for what nests deeper than the stack', async () => {
    const deep = '['.repeat(200_000) + ']'.repeat(200_000);
    const bundle = await signText(`{"predicate":{"signer":{"mode":${deep}}}}`, OTHER_STEP.signer);
    const error = refusal('RECORD_INVALID', () => verifyRecord(bundle, KEYLESS_TRUST, NO_SANDBOX));
    expect([error.message, error.got].join(' ')).toBe(
      'The payload is not a record: it names no kind of signer. (nested too deeply to show)',
    );
  });
});
