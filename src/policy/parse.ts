import { validateDeployPolicy } from '../../build/validators.js';
import { sha256Hex } from '../digest.ts';
import { MAX_FAULTS, findFaults, readDocument, refuseNewer } from '../documents/index.ts';
import { PipeError } from '../errors.ts';
import { findRuleFaults } from './rules.ts';
import type { GrantRule, Policy } from './types.ts';

/** The file once schema and rules hold: what is optional may be absent, and one value stands for a list of one. */
type ValidFile = Omit<Policy, 'digest' | 'issuers' | 'signers' | 'grants'> & {
  readonly grants: readonly (Omit<GrantRule, 'when' | 'require'> & {
    readonly when: Readonly<Record<string, string | readonly string[]>>;
  })[];
};

/**
 * Parses a policy file: strict YAML, schema, rules. Throws POLICY_INVALID with every fault at once, each
 * `line:column path: what; wanted …`, or POLICY_UNSUPPORTED for a file that names a newer version.
 * `pipeVersion` is MAJOR.MINOR.PATCH; what follows is not compared.
 */
export function parsePolicy(bytes: Uint8Array, pipeVersion: string): Policy {
  const file = readDocument(bytes, 'policy', invalidPolicy);
  const schemaFaults = findFaults(validateDeployPolicy, file.value);
  refuseNewer(file, 'policy', schemaFaults, pipeVersion);
  const faults = [...schemaFaults, ...findRuleFaults(file.value)];
  if (faults.length > 0) throw invalidPolicy(file.describe(faults));
  return toPolicy(file.value as ValidFile, sha256Hex(bytes));
}

/** `lines` are whole faults: `line:column path: what; wanted …`. */
function invalidPolicy(lines: readonly string[]): PipeError {
  const more = lines.length >= MAX_FAULTS ? ' or more' : '';
  const count = lines.length === 1 ? 'one fault' : `${String(lines.length)} faults${more}`;
  const fix = 'Correct these lines. An editor that knows schemas/deploy-policy.schema.json shows them as you type.';
  return new PipeError({ code: 'POLICY_INVALID', message: `The policy has ${count}.`, faults: lines, fix });
}

function toPolicy(file: ValidFile, digest: string): Policy {
  const grants = file.grants.map(({ when, ...rule }) => {
    const lists = Object.entries(when).map(([claim, values]) => [claim, [values].flat()] as const);
    return { require: {}, ...rule, when: Object.fromEntries(lists) };
  });
  return { issuers: [], signers: {}, ...file, digest, grants };
}
