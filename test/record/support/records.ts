import { sign } from 'node:crypto';
import { expect } from '@jest/globals';
import { PipeError, type ErrorCode } from '../../../src/errors.ts';
import { buildStatement, readTrust, signRecord, verifyRecord } from '../../../src/record/index.ts';
import type { RecordFacts, SignedRecord, Statement, VerifyOptions } from '../../../src/record/types.ts';
import { createKeySigner } from '../../../src/signing/index.ts';
import { makeKeyPair } from '../../signing/support/keys.ts';
import { makeFacts } from './facts.ts';

export const KEY = makeKeyPair();
export const SIGNER = createKeySigner(KEY.pkcs8);
export const TRUST = readTrust({ publicKey: KEY.publicPem });
/** A day after the sample records. */
export const NOW = Date.UTC(2026, 10, 24, 12);
export const NO_SANDBOX: VerifyOptions = { allowSandbox: false, now: NOW };

export function makeRecord(changes: Partial<RecordFacts> = {}): Promise<SignedRecord> {
  return signRecord(buildStatement(makeFacts(SIGNER, changes)), SIGNER);
}

/** How the test takes a bundle apart: nothing of it comes from the code under test. */
export interface RawBundle {
  [unknown: string]: unknown;
  mediaType: string;
  verificationMaterial: Record<string, unknown>;
  dsseEnvelope: { payload: string; payloadType: string; signatures: { keyid?: string; sig: string }[] };
}

export const parseBundle = (text: string): RawBundle => JSON.parse(text) as RawBundle;

export function payloadText(bundleJson: string): string {
  return Buffer.from(parseBundle(bundleJson).dsseEnvelope.payload, 'base64').toString();
}

/** DSSE's PAE, spelled out a second time. */
export function pae(payload: Uint8Array, type = 'application/vnd.in-toto+json'): Buffer {
  return Buffer.concat([Buffer.from(`DSSEv1 ${String(type.length)} ${type} ${String(payload.length)} `), payload]);
}

/** Puts other bytes into a record and signs them with its true key: what only a check behind the signature can stop. */
export function resign(bundleJson: string, payload: string | Uint8Array, key = KEY.pkcs8): string {
  const bundle = parseBundle(bundleJson);
  const bytes = typeof payload === 'string' ? Buffer.from(payload) : Buffer.from(payload);
  bundle.dsseEnvelope.payload = bytes.toString('base64');
  for (const signature of bundle.dsseEnvelope.signatures) {
    signature.sig = sign('sha256', pae(bytes), key).toString('base64');
  }
  return JSON.stringify(bundle);
}

/** The error of a call that must fail, checked to be of the code. */
export function refusal(code: ErrorCode, work: () => unknown): PipeError {
  try {
    work();
  } catch (error) {
    if (!(error instanceof PipeError)) throw error;
    expect(error.code).toBe(code);
    return error;
  }
  throw new Error(`it passed; wanted ${code}`);
}

export function refuse(bundle: string, code: ErrorCode = 'RECORD_INVALID', options = NO_SANDBOX): PipeError {
  return refusal(code, () => verifyRecord(bundle, TRUST, options));
}

/** The envelope's one signature, to be changed in place. */
export function signatureOf({ dsseEnvelope }: RawBundle): { keyid?: string; sig: string } {
  const [signature] = dsseEnvelope.signatures;
  if (!signature) throw new Error('a bundle without a signature');
  return signature;
}

/** A bundle changed by hand. */
export function changeBundle(bundleJson: string, edit: (bundle: RawBundle) => unknown): string {
  const bundle = parseBundle(bundleJson);
  edit(bundle);
  return JSON.stringify(bundle);
}

export type OpenStatement = Statement & Record<string, unknown>;

/** A statement changed and signed again by the true key: what only a check behind the signature can stop. */
export function changeStatement(bundleJson: string, edit: (statement: OpenStatement) => unknown): string {
  const statement = JSON.parse(payloadText(bundleJson)) as OpenStatement;
  edit(statement);
  return resign(bundleJson, JSON.stringify(statement));
}

/** The first subject, to be changed in place. */
export function subjectOf(statement: OpenStatement): Record<string, unknown> {
  return statement.subject[0] as unknown as Record<string, unknown>;
}

/** Leaves out the manifest and its subject, as in a record that ended before there was one. */
export function dropManifest(statement: OpenStatement): void {
  Reflect.deleteProperty(statement.predicate, 'manifest');
  const { sha256 } = statement.predicate.oidc.tokenDigest;
  Object.assign(statement.subject, { 0: { name: 'step-token', digest: { sha256 } } });
}
