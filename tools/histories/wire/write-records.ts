import { mkdir, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { CheckpointEntry } from '../../../src/audit/records/types.ts';
import type { RecordLine, SeenDeployment, SeenEvent, SeenRecord } from '../../../src/audit/types.ts';
import type { History } from '../types.ts';
import type { HistoryKeys } from './keys.ts';
import { signSeen, type WrittenRecord } from './sign.ts';

/**
 * Writes every record of a history as a bundle that is really signed, below the folder, by the name that the history has
 * for it.
 * @returns the history with the digests that came of it, in the place of those that were made up: plant this one
 */
export async function writeRecords(history: History, folder: string, keys: HistoryKeys): Promise<History> {
  const digests = new Digests();
  const records = new Map<SeenRecord, SeenRecord>();
  const done = new Map<string, WrittenRecord>();
  // A result names its intent by what came of signing that.
  for (const record of inOrder(history.records)) {
    const facts = digests.renameLine(record.facts, keys.issuer.url);
    const written = done.get(record.digest) ?? (await signSeen({ ...record, facts }, keys));
    done.set(record.digest, written);
    digests.note(record, written);
    await mkdir(dirname(`${folder}/${record.file}`), { recursive: true });
    await writeFile(`${folder}/${record.file}`, written.bundleJson);
    records.set(record, { ...record, facts, digest: written.digest, payloadDigest: written.payloadDigest });
  }
  return {
    ...history,
    records: history.records.map((record) => records.get(record) ?? record),
    deployments: history.deployments.map((one) => digests.renameDeployment(one)),
    events: history.events.map((one) => digests.renameEvent(one)),
    previous: history.previous.map((entry) => digests.renameEntry(entry)),
  };
}

export function inOrder(records: readonly SeenRecord[]): readonly SeenRecord[] {
  const [intents, results] = (['intent', 'result'] as const).map((phase) =>
    records.filter(({ facts }) => facts.phase === phase),
  );
  return [...(intents ?? []), ...(results ?? [])];
}

/** Made-up digests, and what took their place. */
export class Digests {
  readonly #payloads = new Map<string, string>();
  readonly #files = new Map<string, string>();

  note({ digest, payloadDigest }: SeenRecord, written: WrittenRecord): void {
    this.#payloads.set(payloadDigest, written.payloadDigest);
    this.#files.set(digest, written.digest);
  }

  renameLine(line: RecordLine, issuer: string): RecordLine {
    const { intentDigest, deployment } = line;
    const origin = deployment?.originIntentDigest;
    return {
      ...line,
      issuer,
      ...(issuer.startsWith('http://') ? { sandbox: true } : {}),
      ...(intentDigest === undefined ? {} : { intentDigest: this.#payload(intentDigest) }),
      ...(deployment && origin !== undefined
        ? { deployment: { ...deployment, originIntentDigest: this.#payload(origin) } }
        : {}),
    };
  }

  renameDeployment(deployment: SeenDeployment): SeenDeployment {
    return { ...deployment, meta: this.#meta(deployment.meta) };
  }

  renameEvent(event: SeenEvent): SeenEvent {
    return event.meta ? { ...event, meta: this.#meta(event.meta) } : event;
  }

  renameEntry(entry: CheckpointEntry): CheckpointEntry {
    return { ...entry, digest: this.#files.get(entry.digest) ?? entry.digest };
  }

  #meta(meta: SeenDeployment['meta']): SeenDeployment['meta'] {
    const { oidcDeployIntent: intent } = meta;
    return intent === undefined ? meta : { ...meta, oidcDeployIntent: this.#payload(intent) };
  }

  #payload(digest: string): string {
    return this.#payloads.get(digest) ?? digest;
  }
}
