import { validateAuditPolicies } from '../../../build/validators.js';
import { asList, asMap, findDayFaults, findFaults, readDocument } from '../../documents/index.ts';
import { bareUuid } from '../../text.ts';
import { endOfMoment, findPeriodFaults, startOfMoment } from './moments.ts';
import { invalidFile } from './parse-exceptions.ts';
import type { AllowedPolicy } from './types.ts';

interface RawPolicy {
  readonly digest: string;
  readonly from: string;
  readonly until?: string;
  readonly repositories?: readonly string[];
  readonly name?: string;
  readonly expires?: string;
}

/**
 * Parses a list of allowed policies (`schemas/audit-policies.schema.json`), YAML or JSON.
 * @throws {PipeError} `USAGE` with every fault at once, each `line:column path: what; wanted …`.
 */
export function readPolicyList(bytes: Uint8Array): readonly AllowedPolicy[] {
  const document = readDocument(bytes, 'policies', (lines) => invalidFile('policies', lines));
  const times = asList(document.value).flatMap((item, at) => {
    const policy = asMap(item);
    return [...findPeriodFaults([String(at)], policy), ...findDayFaults([String(at), 'expires'], policy['expires'])];
  });
  const faults = [...findFaults(validateAuditPolicies, document.value), ...times];
  if (faults.length > 0) throw invalidFile('policies', document.describe(faults));
  return (document.value as readonly RawPolicy[]).map(({ digest, from, until, repositories, name, expires }) => ({
    ...{ digest, from: startOfMoment(from) },
    ...(until !== undefined && { until: endOfMoment(until) }),
    ...(repositories !== undefined && { repositories: repositories.map(bareUuid) }),
    ...(name !== undefined && { name }),
    ...(expires !== undefined && { expires: endOfMoment(expires) }),
  }));
}
