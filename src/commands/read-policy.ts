import { resolveInRoot } from '../deploy/index.ts';
import { PipeError } from '../errors.ts';
import { findChainFaults } from '../exchange/index.ts';
import type { Files } from '../platform/types.ts';
import { parsePolicy } from '../policy/index.ts';
import type { Policy } from '../policy/types.ts';
import { checkRecordKeys } from '../signing/index.ts';
import type { PolicyOrigin } from '../sources/types.ts';
import { VERSION } from '../version.ts';
import { readOrRefuse } from './given-files.ts';
import type { Run } from './run.ts';

/** The policy that judges this run, and where its text came from; neither where there is none. */
export interface PolicyInForce {
  readonly policy: Policy | undefined;
  readonly origin: PolicyOrigin | undefined;
}

/**
 * From the organisation's layer, an address, or the clone: the first that is given.
 * @throws {PipeError} where it cannot be had, is not what its digest or signature says, or has faults.
 */
export async function readPolicy(run: Run): Promise<PolicyInForce> {
  const { config, platform, http, signal, organisation } = run;
  const { policy: choice, policyKey: key } = config;
  if (choice.kind === 'path') await requireInside(run, 'POLICY', choice.path);
  const { readPolicyText } = await import('../sources/index.ts');
  const request = { layer: organisation.layer, policy: choice, key };
  const read: Files['read'] = (path, maxBytes) => readOrRefuse(platform.files, path, maxBytes, unreadable);
  const text = await readPolicyText(request, { files: { ...platform.files, read }, http }, signal);
  if (text) return { policy: refuseMisfits(parsePolicy(text.bytes, VERSION)), origin: text.origin };
  if (choice.kind === 'path' && choice.explicit) throw missing(choice.path);
  return { policy: undefined, origin: undefined };
}

/** Where the policy in force came from, in words. */
export function tellOrigin({ kind, where, serial }: PolicyOrigin): string {
  const signed = serial === undefined ? '' : `, signed, serial ${String(serial)}`;
  return `${where}${kind === 'layer' ? " of the organisation's image" : ''}${signed}`;
}

/** Chains and keys that could never work, whichever grant uses them. */
function refuseMisfits(policy: Policy): Policy {
  const { exchanges, grants, signers } = policy;
  const leadsToKey = signers['azure-key-vault']?.exchange;
  const faults = Object.entries(exchanges).flatMap(([name, chain]) => {
    if (name !== leadsToKey) return findChainFaults(name, chain);
    const ofGrants = grants.some(({ exchange }) => exchange === name) ? findChainFaults(name, chain) : [];
    return [...findChainFaults(name, chain, 'access'), ...ofGrants];
  });
  const ofKeys = checkRecordKeys(signers).map((fault) => `signers: ${fault}`);
  if (faults.length + ofKeys.length === 0) return policy;
  const message =
    faults.length > 0
      ? 'The policy has an exchange whose hops do not fit together. Nothing was sent.'
      : 'The policy describes a key for records that cannot be. Nothing was sent.';
  const fix =
    "Each hop takes what the one before it gives; the last gives a Vercel token, or leads to a signer's key. See docs/exchange.md.";
  throw new PipeError({ code: 'POLICY_INVALID', message, faults: [...faults, ...ofKeys], fix });
}

function missing(path: string): PipeError {
  return noFile('The policy file is missing.', `nothing at ${path}`);
}

function unreadable(got: string): PipeError {
  return noFile('The policy file cannot be read.', got);
}

function noFile(message: string, got: string): PipeError {
  return new PipeError({
    code: 'POLICY_INVALID',
    message,
    got,
    wanted: 'the file that POLICY names',
    fix: 'Correct POLICY (it is relative to the clone), or commit the file.',
  });
}

/** The container is root beside other people's files: no link in the clone may lead its reading elsewhere. */
export async function requireInside({ config, platform }: Run, name: string, path: string): Promise<void> {
  const { cloneDir } = config;
  const { kind } = await resolveInRoot(platform.files, cloneDir, path.slice(cloneDir.length));
  if (kind === 'outside' || kind === 'loop') throw leadsOut(name, path, cloneDir);
}

/**
 * The path of a folder in the clone without the links on the way, so that one that is planted later is noticed; the same
 * path where nothing is.
 */
export async function findInside(run: Run, name: string, path: string): Promise<string> {
  await requireInside(run, name, path);
  const { cloneDir } = run.config;
  const { files } = run.platform;
  const [real, clone] = [await files.realPath(path), await files.realPath(cloneDir)];
  // Whoever runs beside the pipe can have planted a link since the first look.
  if (real !== undefined && real !== clone && !real.startsWith(`${clone ?? ''}/`)) throw leadsOut(name, path, cloneDir);
  return real ?? path;
}

function leadsOut(name: string, path: string, cloneDir: string): PipeError {
  return new PipeError({
    code: 'VARIABLES_INVALID',
    message: `${name} leads out of the clone through a link.`,
    got: path,
    wanted: `a path inside the clone (${cloneDir})`,
    fix: 'Replace the link with what it points at, or name another path.',
  });
}
