import type { VerifiedIdentity } from '../../identity/types.ts';
import { PipeError } from '../../errors.ts';
import type { Files } from '../../platform/types.ts';
import {
  buildAttestation,
  signAttestation,
  verifyAttestation,
  type AskTimestamp,
  type Attested,
  type ExpectedSigner,
  type SignedAttestation,
  type Trust,
} from '../../record/index.ts';
import type { Signer } from '../../signing/types.ts';
import { CLASSES } from '../classes.ts';
import type { Row, RowException } from '../types.ts';
import { findExceptionFaults, toException, type ExceptionsFile, type ParsedExceptions } from './parse-exceptions.ts';
import { asTrustFailure, decodeText, readNamedFile } from './refuse-statement.ts';
import { EXCEPTIONS_TYPE } from './statement-types.ts';
import type { AuditException, Exceptions } from './types.ts';

const MAX_BUNDLE_BYTES = 4 * 1024 * 1024;

export interface SignExceptionsOptions {
  readonly parsed: ParsedExceptions;
  readonly signer: Signer;
  /** Of the step that signs; must be there for a keyless signer. */
  readonly identity: VerifiedIdentity | undefined;
  /** Milliseconds since 1970. */
  readonly now: number;
  readonly timestamp?: AskTimestamp | undefined;
}

/** Signs a file of exceptions; its text is the subject. Write `bundleJson` to `*.exceptions.sigstore.json`. */
export function signExceptions({
  parsed,
  signer,
  identity,
  now,
  timestamp,
}: SignExceptionsOptions): Promise<SignedAttestation> {
  const { file, digest } = parsed;
  const facts = {
    subject: [{ name: 'exceptions', digest: { sha256: digest } }],
    predicateType: EXCEPTIONS_TYPE,
    predicate: { ...file },
    ...{ signer, identity, signedAt: now },
  };
  return signAttestation(buildAttestation(facts), signer, timestamp);
}

export interface ReadExceptionsOptions {
  readonly files: Files;
  /** Absolute. */
  readonly path: string;
  /** What exceptions are checked with: whoever may sign them may excuse findings. */
  readonly trust: Trust;
  readonly signer: ExpectedSigner | undefined;
  readonly now: number;
}

/**
 * Reads and verifies a signed file of exceptions.
 * @throws {PipeError} `SIGNATURE_INVALID` where signature, signer or content do not hold; `TRUST_MATERIAL_MISSING`;
 * `USAGE` where it is not there.
 */
export async function readExceptions({ files, path, trust, signer, now }: ReadExceptionsOptions): Promise<Exceptions> {
  const text = decodeText(await readNamedFile(files, path, MAX_BUNDLE_BYTES));
  try {
    const signed = verifyAttestation(text, trust, { predicateType: EXCEPTIONS_TYPE, now, signer });
    return { items: readPredicate(signed), signed };
  } catch (error) {
    throw asTrustFailure(error, 'The signed file of exceptions');
  }
}

function readPredicate({ statement: { predicate } }: Attested): readonly AuditException[] {
  const file = { version: predicate['version'], exceptions: predicate['exceptions'] };
  const faults = findExceptionFaults(file);
  if (faults.length > 0) {
    throw new PipeError({
      code: 'RECORD_INVALID',
      message: 'It does not have the shape of exceptions (schemas/audit-exceptions.schema.json).',
      faults: faults.slice(0, 20).map(({ path, what, wanted }) => `${path.join('.')}: ${what}; wanted ${wanted}`),
    });
  }
  return (file as ExceptionsFile).exceptions.map(toException);
}

/**
 * The first exception that covers a row and has not expired. Only a finding can be excused: never what may be a lie, and
 * never what could not be looked at.
 * @param now milliseconds since 1970
 */
export function findException(row: Row, exceptions: readonly AuditException[], now: number): RowException | undefined {
  if (CLASSES[row.class].weight !== 'finding') return undefined;
  const found = exceptions.find((exception) => now < exception.expires && covers(exception.covers, row));
  if (!found) return undefined;
  const { id, reason, approver, ticket, expires } = found;
  return { id, reason, approver, ticket, expires };
}

function covers(wanted: AuditException['covers'], row: Row): boolean {
  const { classes, deployments, projects, sources, persons, personIds, from = -Infinity, until = Infinity } = wanted;
  const deployment = row.deployment?.id ?? (row.kind === 'deployment' ? row.id : undefined);
  return (
    classes.includes(row.class) &&
    isAmong(deployments, deployment) &&
    isAmong(projects, row.projectId) &&
    isAmong(sources, row.deployment?.source) &&
    isAmong(persons, row.person) &&
    isAmong(personIds, row.personId) &&
    row.at >= from &&
    row.at < until
  );
}

/** No list: any. */
function isAmong(list: readonly string[] | undefined, value: string | undefined): boolean {
  return list === undefined || (value !== undefined && list.includes(value));
}
