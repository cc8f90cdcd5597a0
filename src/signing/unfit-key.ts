import { PipeError } from '../errors.ts';

export interface UnfitKey {
  /** As people know it: `AWS KMS`. */
  readonly service: string;
  /** `signer aws-kms`. */
  readonly by: string;
  readonly key: string;
  readonly got: string;
  /** The command that makes a key of the right kind. */
  readonly make: string;
}

/** A key whose signatures public verifiers of records do not take. */
export function unfitForRecords({ service, by, key, got, make }: UnfitKey): PipeError {
  return new PipeError({
    code: 'EXCHANGE_NOT_ENABLED',
    message: `The key ${key} of ${service} cannot sign records (${by}).`,
    got,
    wanted: 'an EC key on P-256 for signing (ES256)',
    fix: `The kind of a key never changes: make another one, and name it in the policy.\n${make}`,
  });
}
