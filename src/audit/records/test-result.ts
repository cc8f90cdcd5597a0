import { buildAttestation, type Attestation, type AttestationFacts } from '../../record/index.ts';
import { TEST_RESULT_TYPE } from './statement-types.ts';

/** A file that an audit was made from, or has made. */
export interface AuditedFile {
  readonly name: string;
  /** SHA-256 of its bytes, hex. */
  readonly digest: string;
}

export interface AuditResultFacts extends Pick<AttestationFacts, 'signer' | 'identity' | 'signedAt'> {
  /** The audit's exit status. */
  readonly status: 0 | 1 | 3 | 4;
  /** What the audit wrote; at least one. */
  readonly outputs: readonly AuditedFile[];
  /** What it was made with: keys, policies, exceptions, the checkpoint before it. */
  readonly configuration: readonly AuditedFile[];
  /** Where people read it. */
  readonly url?: string | undefined;
  /** Names of classes: all is well, could not be looked at, findings. */
  readonly passed: readonly string[];
  readonly warned: readonly string[];
  readonly failed: readonly string[];
}

/**
 * The statement of an audit's result: in-toto's test-result v0.1 about the files that the audit wrote, so that public
 * tools understand it. PASSED: status 0. WARNED: nothing was found, and not all could be looked at (3). FAILED: 1 and 4.
 */
export function buildAuditResult(facts: AuditResultFacts): Attestation {
  const { status, outputs, configuration, url, passed, warned, failed, signer, identity, signedAt } = facts;
  const result = status === 0 ? 'PASSED' : status === 3 ? 'WARNED' : 'FAILED';
  const predicate = {
    result,
    configuration: configuration.map(describeFile),
    ...(url !== undefined && { url }),
    ...{ passedTests: passed, warnedTests: warned, failedTests: failed },
  };
  const subject = outputs.map(describeFile);
  return buildAttestation({ subject, predicateType: TEST_RESULT_TYPE, predicate, signer, identity, signedAt });
}

function describeFile({ name, digest }: AuditedFile): {
  readonly name: string;
  readonly digest: { readonly sha256: string };
} {
  return { name, digest: { sha256: digest } };
}
