import type { RepositoryName } from '../bitbucket/index.ts';
import { readMeta, type Claim, type RemovedRecord, type ResultLink } from './reconcile/index.ts';
import type { SeenDeployment, SeenEvent, SeenRecord } from './types.ts';

/**
 * What must be known of other buckets: by short texts alone, and only where it is not the usual case, which is one
 * deployment, one record, one step, that name each other.
 */
export class Across {
  /** The one deployment that names a record or an intent; null for more than one. */
  readonly #byRecord = new Map<string, string | null>();
  readonly #byIntent = new Map<string, string | null>();
  readonly #claims = new Map<string, Claim[]>();
  readonly #results = new Map<string, ResultLink[]>();
  readonly #intents = new Map<string, SeenRecord>();
  readonly #removed = new Map<string, RemovedRecord[]>();
  readonly #runs = new Map<string, number>();
  readonly #tokens = new Map<string, string>();
  readonly #repositories = new Map<string, RepositoryName>();
  /** Ids of policies, each once. */
  readonly #policies = new Map<string, string>();

  addDeployment({ id, meta }: SeenDeployment): void {
    const { recordId, intent } = readMeta(meta);
    if (recordId !== undefined) claim(this.#byRecord, recordId, id);
    if (intent !== undefined) claim(this.#byIntent, intent, id);
  }

  /** After all were added: who is the only one is known then. */
  addClaim({ id, meta, createdAt, projectId, target }: SeenDeployment): void {
    // Most are the only one, which takes no closer look.
    if (this.#byIntent.get(meta['oidcDeployIntent'] ?? '') !== null) return;
    const { intent } = readMeta(meta);
    if (intent === undefined) return;
    const claims = this.#claims.get(intent) ?? [];
    this.#claims.set(intent, claims);
    if (claims.some(({ deploymentId }) => deploymentId === id)) return;
    claims.push({ deploymentId: id, createdAt, projectId, target });
  }

  addToken({ tokenId, policyId }: SeenEvent): void {
    if (tokenId === undefined || policyId === undefined) return;
    const known = this.#policies.get(policyId) ?? policyId;
    this.#policies.set(known, known);
    this.#tokens.set(tokenId, known);
  }

  /** @param paired an intent whose verified result is there */
  addRecord(record: SeenRecord, paired: boolean): void {
    const { facts, verdict, file, payloadDigest } = record;
    if (facts.phase === 'intent' && !paired) this.#addIntent(payloadDigest, record);
    if (verdict.state !== 'verified') return;
    const { workspaceUuid, repositoryUuid, issuer, pipelineUuid, stepUuid, stepRunNumber } = facts;
    if (!this.#repositories.has(repositoryUuid)) {
      this.#repositories.set(repositoryUuid, { issuer, workspaceUuid, repositoryUuid });
    }
    const run = Number(stepRunNumber);
    const step = `${pipelineUuid}/${stepUuid}`;
    if (Number.isSafeInteger(run) && run > (this.#runs.get(step) ?? 1)) this.#runs.set(step, run);
    if (facts.phase === 'intent') return;
    const { recordId, action, outcome, intentDigest, deployment } = facts;
    const others = [
      this.#byRecord.get(recordId),
      intentDigest === undefined ? undefined : this.#byIntent.get(intentDigest),
    ];
    if (others.every((other) => other === undefined || other === deployment?.id)) return;
    const links = this.#results.get(recordId) ?? [];
    this.#results.set(recordId, links);
    links.push({
      ...{ file, action },
      ...(outcome === undefined ? {} : { outcome }),
      ...(deployment === undefined ? {} : { deploymentId: deployment.id }),
      ...(deployment?.origin === undefined ? {} : { origin: deployment.origin }),
    });
  }

  addRemoved(removed: RemovedRecord): void {
    this.#removed.set(removed.recordId, [...(this.#removed.get(removed.recordId) ?? []), removed]);
  }

  /** Of verified records. */
  repositories(): readonly RepositoryName[] {
    return [...this.#repositories.values()];
  }

  resultsOf(recordId: string): readonly ResultLink[] {
    return this.#results.get(recordId) ?? [];
  }

  intent(payloadDigest: string): SeenRecord | undefined {
    return this.#intents.get(payloadDigest);
  }

  claims(payloadDigest: string): readonly Claim[] {
    return this.#claims.get(payloadDigest) ?? [];
  }

  isNamed(recordOrIntent: string): boolean {
    return this.#byRecord.has(recordOrIntent) || this.#byIntent.has(recordOrIntent);
  }

  removedOf(recordId: string): readonly RemovedRecord[] {
    return this.#removed.get(recordId) ?? [];
  }

  lastRunOf(pipelineUuid: string, stepUuid: string): number | undefined {
    return this.#runs.get(`${pipelineUuid}/${stepUuid}`);
  }

  policyOfToken(tokenId: string): string | undefined {
    return this.#tokens.get(tokenId);
  }

  #addIntent(digest: string, record: SeenRecord): void {
    const known = this.#intents.get(digest);
    if (known?.verdict.state !== 'verified') this.#intents.set(digest, record);
  }
}

function claim(claims: Map<string, string | null>, key: string, id: string): void {
  const known = claims.get(key);
  claims.set(key, known === undefined || known === id ? id : null);
}
