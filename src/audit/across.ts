import type { RepositoryName } from '../bitbucket/index.ts';
import { lookAcross, type AcrossData, type AcrossLookup } from './across-lookup.ts';
import { readMeta, type Claim, type RemovedRecord, type ResultLink } from './reconcile/index.ts';
import { KeyTable, type Shelf } from './spool/index.ts';
import type { SeenDeployment, SeenEvent, SeenRecord } from './types.ts';

const SEVERAL = 2 ** 32 - 1;

/**
 * What must be known of other buckets: by short texts alone, and only where it is not the usual case, which is one
 * deployment, one record, one step, that name each other.
 */
export class Across {
  /** Of the deployments that name a record or an intent. */
  #ids: string[] = [];
  /** The number of the one that names it; {@link SEVERAL} for more than one. */
  readonly #byRecord = new KeyTable();
  readonly #byIntent = new KeyTable();
  readonly #claims = new Map<string, Claim[]>();
  readonly #results = new Map<string, ResultLink[]>();
  readonly #intents = new KeyTable();
  readonly #shelf: Shelf<SeenRecord>;
  readonly #removed = new Map<string, RemovedRecord[]>();
  readonly #runs = new Map<string, number>();
  readonly #tokens = new KeyTable();
  readonly #repositories = new Map<string, RepositoryName>();
  /** Ids of policies, each once. */
  readonly #policies: string[] = [];
  readonly #policyNumbers = new Map<string, number>();
  readonly lookup: AcrossLookup;

  /** @param shelf for intents whose result is not there */
  constructor(shelf: Shelf<SeenRecord>) {
    this.#shelf = shelf;
    this.lookup = lookAcross({
      ...{ byRecord: this.#byRecord, byIntent: this.#byIntent, intents: this.#intents, tokens: this.#tokens, shelf },
      ...{ policies: this.#policies, claims: this.#claims, results: this.#results, removed: this.#removed },
      ...{ runs: this.#runs, repositories: this.#repositories },
    });
  }

  addDeployment({ id, meta }: SeenDeployment): void {
    const { recordId, intent } = readMeta(meta);
    if (recordId === undefined && intent === undefined) return;
    const number = this.#ids.push(id) - 1;
    if (recordId !== undefined) this.#claim(this.#byRecord, recordId, number);
    if (intent !== undefined) this.#claim(this.#byIntent, intent, number);
  }

  /** After all were added: who is the only one is known then. */
  addClaim({ id, meta, createdAt, projectId, target }: SeenDeployment): void {
    // Most are the only one, which takes no closer look.
    if (this.#byIntent.get(meta['oidcDeployIntent'] ?? '') !== SEVERAL) return;
    const { intent } = readMeta(meta);
    if (intent === undefined) return;
    const claims = this.#claims.get(intent) ?? [];
    this.#claims.set(intent, claims);
    if (claims.some(({ deploymentId }) => deploymentId === id)) return;
    claims.push({ deploymentId: id, createdAt, projectId, target });
  }

  addToken({ tokenId, policyId }: SeenEvent): void {
    if (tokenId === undefined || policyId === undefined) return;
    const policy = this.#policyNumbers.get(policyId) ?? this.#policies.push(policyId) - 1;
    this.#policyNumbers.set(policyId, policy);
    this.#tokens.set(tokenId, policy);
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
    const own = deployment?.id;
    if (others.every((other) => other === undefined || (other !== SEVERAL && this.#ids[other] === own))) return;
    const links = this.#results.get(recordId) ?? [];
    this.#results.set(recordId, links);
    links.push({
      ...{ file, action },
      ...(outcome === undefined ? {} : { outcome }),
      ...(deployment === undefined ? {} : { deploymentId: deployment.id }),
      ...(deployment?.origin === undefined ? {} : { origin: deployment.origin }),
    });
  }

  /** To be called every now and then while records come. */
  settle(): Promise<void> {
    return this.#shelf.settle();
  }

  /** No record comes any more: what only they were compared with is forgotten. */
  async endRecords(): Promise<void> {
    this.#ids = [];
    await this.#shelf.flush();
  }

  /** All were looked at: gives back what takes memory for each of them. */
  clear(): void {
    for (const table of [this.#byRecord, this.#byIntent, this.#tokens, this.#intents]) table.clear();
  }

  addRemoved(removed: RemovedRecord): void {
    this.#removed.set(removed.recordId, [...(this.#removed.get(removed.recordId) ?? []), removed]);
  }

  /** For another thread, when all were added. */
  get data(): AcrossData {
    return {
      byRecord: this.#byRecord.data,
      byIntent: this.#byIntent.data,
      intents: this.#intents.data,
      shelf: this.#shelf.data,
      tokens: this.#tokens.data,
      ...{ policies: this.#policies, claims: this.#claims, results: this.#results, removed: this.#removed },
      ...{ runs: this.#runs, repositories: this.#repositories },
    };
  }

  #addIntent(digest: string, record: SeenRecord): void {
    const isVerified = ((this.#intents.get(digest) ?? 0) & 1) === 1;
    if (isVerified) return;
    this.#intents.set(digest, 2 * this.#shelf.add(record) + Number(record.verdict.state === 'verified'));
  }

  #claim(claims: KeyTable, key: string, number: number): void {
    const known = claims.get(key);
    if (known === undefined) claims.set(key, number);
    else if (known !== SEVERAL && this.#ids[known] !== this.#ids[number]) claims.set(key, SEVERAL);
  }
}
