import type { Inventory, SeenRecord } from '../types.ts';
import type { AllowedPolicies } from './types.ts';

interface Use {
  records: number;
  lastUsedAt: number;
}

/** What is in use, by verified records alone: what a file claims that does not hold is no use of anything. */
export class InventoryFigures {
  readonly #versions = new Map<string, { readonly repositories: Set<string>; records: number }>();
  readonly #policies = new Map<string, Use>();
  readonly #statics = new Map<
    string,
    Use & { readonly kind: 'signer' | 'credential'; readonly repositoryUuid: string }
  >();

  /** Results, so that a run counts once. */
  add({ verdict, facts }: SeenRecord): void {
    if (verdict.state !== 'verified' || facts.phase !== 'result') return;
    const { pipeVersion, repositoryUuid, policyDigest, signerMode, hop, signedAt } = facts;
    const version = this.#versions.get(pipeVersion) ?? { repositories: new Set<string>(), records: 0 };
    this.#versions.set(pipeVersion, version);
    version.records += 1;
    version.repositories.add(repositoryUuid);
    if (policyDigest !== undefined) use(this.#policies, policyDigest, signedAt, {});
    if (signerMode === 'key') this.#static('signer', repositoryUuid, signedAt);
    if (hop === 'static') this.#static('credential', repositoryUuid, signedAt);
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

  #static(kind: 'signer' | 'credential', repositoryUuid: string, at: number): void {
    use(this.#statics, `${kind}/${repositoryUuid}`, at, { kind, repositoryUuid });
  }
}

function use<More extends object>(uses: Map<string, Use & More>, key: string, at: number, more: More): void {
  const known = uses.get(key);
  if (!known) {
    uses.set(key, { ...more, records: 1, lastUsedAt: at });
    return;
  }
  known.records += 1;
  known.lastUsedAt = Math.max(known.lastUsedAt, at);
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
