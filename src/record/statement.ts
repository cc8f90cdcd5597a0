import { validateRecord } from '../../build/validators.js';
import { sha256Hex } from '../digest.ts';
import { quote, refuseFaults, refuseRecord } from './refuse.ts';
import { findSchemaFaults } from './schema-faults.ts';
import { parseStrictJson } from './strict-json.ts';
import { listSubjects } from './subject.ts';
import type { TrustedKey } from './public-key.ts';
import { PREDICATE_TYPE, STATEMENT_TYPE, type Predicate, type Statement } from './types.ts';

type KeyNames = Pick<TrustedKey, 'keyId' | 'jwkThumbprint'>;

/**
 * The statement in a payload whose signature holds: of our type, in the schema's shape, and in agreement with itself
 * and with the key that signed it.
 * @throws {PipeError} `RECORD_INVALID`.
 */
export function parseStatement(payload: Uint8Array, signer: KeyNames): Statement {
  const value = parsePayload(payload);
  checkTypes(value);
  checkSchema(value);
  const statement = value as Statement;
  checkSigner(statement.predicate.signer, signer);
  checkSubjects(statement);
  checkPhase(statement.predicate);
  return statement;
}

/** @throws {PipeError} `RECORD_INVALID`. */
export function parsePayload(payload: Uint8Array): unknown {
  return parseStrictJson(decodeUtf8(payload), 'the payload');
}

function decodeUtf8(payload: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(payload);
  } catch {
    throw refuseRecord('The payload is not text.', 'bytes that are not UTF-8', 'JSON in UTF-8');
  }
}

/** Before the schema, whose faults would be many and beside the point for another kind of statement. */
function checkTypes(value: unknown): void {
  const { _type, predicateType } = (value ?? {}) as Partial<Record<string, unknown>>;
  if (_type !== STATEMENT_TYPE) {
    throw refuseRecord('The payload is not an in-toto Statement v1.', quote(_type), quote(STATEMENT_TYPE));
  }
  if (predicateType !== PREDICATE_TYPE) {
    throw refuseRecord(
      'The statement is not a deploy record: its predicateType is another one.',
      quote(predicateType),
      quote(PREDICATE_TYPE),
    );
  }
}

function checkSchema(value: unknown): void {
  const faults = findSchemaFaults(validateRecord, value, 'the statement');
  if (faults.length === 0) return;
  throw refuseFaults('The statement does not have the shape of a record (schemas/record.schema.json).', faults);
}

/**
 * DSSE's key id is not signed; this one is.
 * @throws {PipeError} `RECORD_INVALID`.
 */
export function checkSigner(signer: Predicate['signer'], { keyId, jwkThumbprint }: KeyNames): void {
  if (signer.keyId === keyId && signer.jwkThumbprint === jwkThumbprint) return;
  throw refuseRecord(
    'The record names another key than the one that signed it.',
    `${quote(signer.keyId)}, thumbprint ${quote(signer.jwkThumbprint)}`,
    `${keyId}, thumbprint ${jwkThumbprint}`,
  );
}

/** Public tools find a statement by its subjects, so none may be there that the predicate does not speak of. */
function checkSubjects({ subject, predicate }: Statement): void {
  const got = subject.map(writeSubject);
  const wanted = listSubjects(predicate).map(writeSubject);
  if (got.length === wanted.length && wanted.every((entry) => got.includes(entry))) return;
  throw refuseRecord('The subjects are not those of the predicate.', quote(got), quote(wanted));
}

function writeSubject({ name, uri = '', digest }: Statement['subject'][number]): string {
  const digests = Object.entries(digest).map(([algorithm, hex]) => `${algorithm}:${hex}`);
  return [name, uri, ...digests].join(' ');
}

function checkPhase({
  phase,
  action,
  intent,
  outcome,
  manifest,
  oidc,
  policy,
  signer,
  vercel,
  ...rest
}: Predicate): void {
  const faults = [...findEnvironmentFaults(rest.environmentMetadata, vercel.target)];
  const hold = (holds: boolean, fault: string): void => {
    if (!holds) faults.push(fault);
  };
  hold(signer.mode !== 'keyless' || oidc.proof !== undefined, 'The signer is keyless, without a proof of a token.');
  hold(signer.mode === 'keyless' || oidc.proof === undefined, `The signer is ${signer.mode}, with a proof of a token.`);
  hold(policy.grant === undefined || policy.denial === undefined, 'policy names a grant and a denial.');
  hold(
    policy.expiredPolicy !== true || (action === 'rollback' && policy.grant !== undefined),
    'An expired policy allowed something else than a rollback.',
  );
  if (phase === 'intent') {
    hold(intent === undefined, 'An intent names an intent.');
    hold(outcome === undefined, 'An intent has an outcome.');
    hold(vercel.deployment === undefined, 'An intent has a deployment.');
    hold(policy.grant !== undefined, 'An intent has no grant.');
    hold(action !== 'deploy' || manifest !== undefined, 'An intent to deploy has no manifest.');
  } else {
    hold(outcome !== undefined, 'A result has no outcome.');
    hold(vercel.deployment === undefined || intent !== undefined, 'A result has a deployment and no intent.');
  }
  if (outcome?.status === 'deployed' || outcome?.status === 'adopted') {
    const { status } = outcome;
    hold(vercel.deployment !== undefined, `The outcome is ${status}, without a deployment.`);
    hold(policy.grant !== undefined, `The outcome is ${status}, without a grant.`);
    hold(action !== 'deploy' || manifest !== undefined, `The outcome is ${status}, without a manifest.`);
  }
  if (faults.length === 0) return;
  throw refuseFaults('The record contradicts itself.', faults);
}

/** Over the parts that are there, in the order of the schema's description. */
function findEnvironmentFaults(environment: Predicate['environmentMetadata'], target: string): readonly string[] {
  if (!environment) return [];
  const { customEnvironmentId, settings, variables, digest } = environment;
  const hashed = JSON.stringify({ target: environment.target, customEnvironmentId, settings, variables });
  return [
    ...(environment.target === target ? [] : ['The environment is of another target than the deployment.']),
    ...(digest.sha256 === sha256Hex(hashed) ? [] : ["The environment's digest is not that of what it lists."]),
  ];
}
