import { validateSignedBy } from '../../build/validators.js';
import type { Attestation, SignedBy } from './attestation-types.ts';
import { follow } from './loose-json.ts';
import type { TrustedKey } from './public-key.ts';
import { quote, refuseFaults, refuseRecord } from './refuse.ts';
import { findSchemaFaults } from './schema-faults.ts';
import { memberOfSigner } from './signer-member.ts';
import { checkSigner, parsePayload } from './statement.ts';
import { STATEMENT_TYPE } from './types.ts';
import { dropProof, type SignerWord } from './word.ts';

const HEX = /^[0-9a-f]+$/;
/** No target of a deployment: a key that is listed for some targets only may sign for an audit where it is among them. */
const TARGET = 'audit';

/**
 * The statement in a payload whose signature holds: of the type that is wanted, and naming the key that signed it.
 * @throws {PipeError} `RECORD_INVALID`.
 */
export function parseAttestation(
  payload: Uint8Array,
  predicateType: string,
  signer: TrustedKey,
): { readonly statement: Attestation; readonly signedBy: SignedBy } {
  const value = parsePayload(payload);
  expectType('_type', follow(value, '_type'), STATEMENT_TYPE);
  expectType('predicateType', follow(value, 'predicateType'), predicateType);
  checkSubjects(follow(value, 'subject'));
  const name = memberOfSigner(predicateType);
  const signedBy = follow(value, 'predicate', name);
  const faults = findSchemaFaults(validateSignedBy, signedBy, name);
  if (faults.length > 0) throw refuseFaults('The statement does not say by whom it was signed.', faults);
  const word = signedBy as SignedBy;
  checkSigner(word.signer, signer);
  checkProof(word);
  return { statement: value as Attestation, signedBy: word };
}

function expectType(name: string, got: unknown, wanted: string): void {
  if (got !== wanted) throw refuseRecord(`The statement's ${name} is another one.`, quote(got), quote(wanted));
}

function checkSubjects(subject: unknown): void {
  const list: readonly unknown[] = Array.isArray(subject) ? subject : [];
  const good = list.length > 0 && list.every((item) => typeof follow(item, 'name') === 'string' && isDigestSet(item));
  if (good) return;
  throw refuseRecord('The statement has no subjects that can be found.', quote(subject), 'names with digests in hex');
}

function isDigestSet(item: unknown): boolean {
  const digest = follow(item, 'digest');
  const values: readonly unknown[] = typeof digest === 'object' && digest !== null ? Object.values(digest) : [];
  return values.length > 0 && values.every((hex) => typeof hex === 'string' && HEX.test(hex));
}

function checkProof({ signer, oidc }: SignedBy): void {
  const keyless = signer.mode === 'keyless';
  if (keyless === (oidc?.proof !== undefined)) return;
  const got = keyless ? 'keyless, without a proof of a token' : `${signer.mode}, with a proof of a token`;
  throw refuseRecord('The statement contradicts itself.', got, 'a proof where the signer is keyless, and only there');
}

export function wordOfAttestation(statement: Attestation, signedBy: SignedBy): SignerWord {
  const { signer, signedAt, oidc } = signedBy;
  return {
    ...{ mode: signer.mode, target: TARGET, signedAt, oidc, statement },
    withoutProof: () => {
      const member = { [memberOfSigner(statement.predicateType)]: { ...signedBy, oidc: dropProof(oidc ?? {}) } };
      return { ...statement, predicate: { ...statement.predicate, ...member } };
    },
  };
}
