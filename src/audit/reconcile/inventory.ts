import type { Inventory, SeenRecord } from '../types.ts';
import type { AllowedPolicies } from './types.ts';

interface Use {
  records: number;
  lastUsedAt: number;
}

type StaticUse = Use & { readonly kind: 'signer' | 'credential'; readonly repositoryUuid: string };

/** What was added, as JSON has it. */
export interface InventoryState {
  readonly versions: readonly (readonly [version: string, records: number, repositories: readonly string[]])[];
  readonly policies: readonly (readonly [digest: string, use: Use])[];
  readonly statics: readonly (readonly [key: string, use: StaticUse])[];
}

/** What is in use, by verified records alone: what a file claims that does not hold is no use of anything. */
export class InventoryFigures {
  readonly #versions = new Map<string, { readonly repositories: Set<string>; records: number }>();
  readonly #policies = new Map<string, Use>();
  readonly #statics = new Map<string, StaticUse>();

  /** Results, so that a run counts once. */
  add({ verdict, facts }: SeenRecord): void {
    if (verdict.state !== 'verified' || facts.phase !== 'result') return;
    const { pipeVersion, repositoryUuid, policyDigest, signerMode, hop, signedAt } = facts;
    this.#version(pipeVersion, 1, [repositoryUuid]);
    if (policyDigest !== undefined) use(this.#policies, policyDigest, { records: 1, lastUsedAt: signedAt });
    if (signerMode === 'key') this.#static('signer', repositoryUuid, signedAt);
    if (hop === 'static') this.#static('credential', repositoryUuid, signedAt);
  }

  state(): InventoryState {
    return {
      versions: [...this.#versions].map(([version, { records, repositories }]) => [
        version,
        records,
        [...repositories],
      ]),
      policies: [...this.#policies],
      statics: [...this.#statics],
    };
  }

  join({ versions, policies, statics }: InventoryState): void {
    for (const [version, records, repositories] of versions) this.#version(version, records, repositories);
    for (const [digest, more] of policies) use(this.#policies, digest, more);
    for (const [key, more] of statics) use(this.#statics, key, more);
  }

  finish(policies: AllowedPolicies | undefined): Inventory {
    return {
      versions: [...this.#versions]
        .map(([version, { repositories, records }]) => ({ version, repositories: [...repositories].sort(), records }))
        .sort((a, b) => b.records - a.records || order(a.version, b.version)),
      policies: [...this.#policies]
        .map(([digest, { records, lastUsedAt }]) => ({
          digest,
          records,
          lastUsedAt,
          ...tell(digest, lastUsedAt, policies),
        }))
        .sort((a, b) => b.lastUsedAt - a.lastUsedAt || order(a.digest, b.digest)),
      statics: [...this.#statics.values()]
        .map(({ kind, repositoryUuid, records, lastUsedAt }) => ({ kind, repositoryUuid, records, lastUsedAt }))
        .sort((a, b) => order(a.kind, b.kind) || order(a.repositoryUuid, b.repositoryUuid)),
    };
  }

  #version(name: string, records: number, repositories: readonly string[]): void {
    const version = this.#versions.get(name) ?? { repositories: new Set<string>(), records: 0 };
    this.#versions.set(name, version);
    version.records += records;
    for (const repository of repositories) version.repositories.add(repository);
  }

  #static(kind: 'signer' | 'credential', repositoryUuid: string, lastUsedAt: number): void {
    use(this.#statics, `${kind}/${repositoryUuid}`, { kind, repositoryUuid, records: 1, lastUsedAt });
  }
}

function use<U extends Use>(uses: Map<string, U>, key: string, more: U): void {
  const known = uses.get(key);
  if (!known) {
    uses.set(key, { ...more });
    return;
  }
  known.records += more.records;
  known.lastUsedAt = Math.max(known.lastUsedAt, more.lastUsedAt);
}

function tell(
  digest: string,
  at: number,
  policies: AllowedPolicies | undefined,
): { allowed?: boolean; expires?: number } {
  if (!policies) return {};
  const expires = policies.expires?.(digest);
  return { allowed: policies.allowed(digest, at), ...(expires === undefined ? {} : { expires }) };
}

function order(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
