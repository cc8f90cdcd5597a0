import { sha256Hex } from '../digest.ts';
import { asMap, invalidPolicy, policyError } from './faults.ts';
import { findRuleFaults } from './rules.ts';
import { UNKNOWN_KEY, findSchemaFaults } from './schema-faults.ts';
import type { GrantRule, Policy } from './types.ts';
import { findUnsupported } from './unsupported.ts';
import { readPolicyFile, type PolicyFile } from './yaml.ts';

/** The file's values once schema and rules hold, and nothing in them goes unenforced. */
interface ValidFile extends Omit<Policy, 'digest' | 'issuers' | 'grants'> {
  readonly issuers?: readonly string[];
  readonly grants: readonly (Omit<GrantRule, 'when' | 'require'> & {
    readonly when: Readonly<Record<string, string | readonly string[]>>;
    readonly require?: GrantRule['require'];
  })[];
}

/**
 * Parses a policy file: strict YAML, schema, rules. Throws POLICY_INVALID with every fault at once, each
 * `line:column path: what; wanted …`, or POLICY_UNSUPPORTED where only this version stands in the way.
 * `pipeVersion` is MAJOR.MINOR.PATCH; what follows is not compared.
 */
export function parsePolicy(bytes: Uint8Array, pipeVersion: string): Policy {
  const file = readPolicyFile(bytes);
  refuseNewer(file, pipeVersion);
  const faults = [...findSchemaFaults(file.value), ...findRuleFaults(file.value)];
  const unsupported = findUnsupported(file.value);
  if (faults.length > 0) throw invalidPolicy(file.describe([...faults, ...unsupported]));
  if (unsupported.length > 0) {
    const message = `The policy asks for what vercel-oidc-deploy ${pipeVersion} cannot enforce.`;
    const fix = 'Nothing in a policy is ever ignored. Take a newer version of the pipe, or leave these lines out.';
    throw policyError('POLICY_UNSUPPORTED', message, file.describe(unsupported), fix);
  }
  return toPolicy(file.value as ValidFile, sha256Hex(bytes));
}

/** A file for a newer pipe cannot be judged here; its unknown keys are named, because they are the likely reason. */
function refuseNewer(file: PolicyFile, pipeVersion: string): void {
  const { minPipe } = asMap(file.value);
  if (typeof minPipe !== 'string' || !/^\d+\.\d+\.\d+$/.test(minPipe) || !isNewer(minPipe, pipeVersion)) return;
  const wanted = `vercel-oidc-deploy ${minPipe} or newer`;
  const unknown = findSchemaFaults(file.value).filter(({ what }) => what === UNKNOWN_KEY);
  const message = `The policy needs ${wanted}; this is ${pipeVersion}.`;
  const faults = [{ path: ['minPipe'], what: minPipe, wanted: `${pipeVersion} or older` }, ...unknown];
  const lines = file.describe(faults.map((fault) => (fault.what === UNKNOWN_KEY ? { ...fault, wanted } : fault)));
  const fix = `Pin version ${minPipe} or newer of the pipe in bitbucket-pipelines.yml.`;
  throw policyError('POLICY_UNSUPPORTED', message, lines, fix);
}

function isNewer(wanted: string, running: string): boolean {
  const [want, run] = [wanted, running].map((version) => version.split(/[.+-]/, 3).map(Number));
  const part = [0, 1, 2].find((index) => want?.[index] !== run?.[index]);
  // Not `>`: a running version that is no number meets no minimum.
  return part !== undefined && !(Number(want?.[part]) < Number(run?.[part]));
}

function toPolicy({ issued, expires, issuers, audience, exchanges, grants }: ValidFile, digest: string): Policy {
  return {
    digest,
    ...(issued === undefined ? {} : { issued }),
    ...(expires === undefined ? {} : { expires }),
    issuers: issuers ?? [],
    ...(audience === undefined ? {} : { audience }),
    exchanges,
    grants: grants.map(({ when, require, ...rule }) => ({
      ...rule,
      when: Object.fromEntries(Object.entries(when).map(([claim, values]) => [claim, [values].flat()])),
      require: require ?? {},
    })),
  };
}
