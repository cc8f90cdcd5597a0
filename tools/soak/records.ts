import { readFileSync } from 'node:fs';
import { verifyRecord, type VerifiedRecord } from '../../src/record/index.ts';
import type { Breach, Ran } from './types.ts';
import { nowOf } from './step.ts';
import type { World } from './world.ts';

/** The records that one run has left, verified. */
export interface Left {
  readonly recordId: string | undefined;
  readonly intent: VerifiedRecord | undefined;
  readonly result: VerifiedRecord | undefined;
  readonly breaches: readonly Breach[];
}

interface Predicate {
  readonly outcome?: { readonly status: string; readonly exitStatus: number; readonly code?: string };
  readonly vercel?: { readonly deployment?: { readonly id?: string } };
}

const NAME =
  /^clone\/deploy-records\/(\d{8}T\d{6}Z-[\w.]+-\w+)-([0-9a-f-]{36})\.(intent\.sigstore|result\.sigstore|manifest|settled)\.json$/;
const PARTIAL = /^clone\/deploy-records\/[^/]+\.[0-9a-f-]{36}\.partial$/;
/** They take the place of those of the run before. */
const NOTES = /^clone\/deploy-records\/(?:deploy-outputs\.(?:env|json)|diagnostic\.json)$/;

export function predicateOf(record: VerifiedRecord): Predicate {
  return record.statement.predicate;
}

/** Reads what a run has left, as a reader of records would: by its names, keys and digests. */
export function readLeft(world: World, { changed, status, plan }: Ran): Left {
  const breaches: Breach[] = [];
  const killed = status === 'SIGKILL';
  const own = new Map<string, string>();
  const ids = new Set<string>();
  for (const path of changed) {
    const [, , id = '', kind = ''] = NAME.exec(path) ?? [];
    if (kind === 'settled' && plan.command === 'cleanup') continue;
    if (kind !== '' && kind !== 'settled') {
      own.set(kind, path);
      ids.add(id);
    } else if (!NOTES.test(path) && !(killed && (PARTIAL.test(path) || path.startsWith('tmp/')))) {
      breaches.push({ invariant: path.startsWith('tmp/') ? 'TEMP' : 'FOLDER', words: path });
    }
  }
  if (ids.size > 1) breaches.push({ invariant: 'FOLDER', words: `records of ${String(ids.size)} runs` });
  const text = (kind: string): string | undefined => {
    const path = own.get(kind);
    return path === undefined ? undefined : readFileSync(`${world.root}/${path}`, 'utf8');
  };
  const intentText = text('intent.sigstore');
  const verify = (
    record: string | undefined,
    more: { intentText?: string | undefined },
  ): VerifiedRecord | undefined => {
    if (record === undefined) return undefined;
    const options = { now: nowOf(world), allowSandbox: true, manifestText: text('manifest'), ...more };
    try {
      return verifyRecord(record, world.trust, options);
    } catch (error) {
      breaches.push({ invariant: 'SIGNATURE', words: String(error) });
      return undefined;
    }
  };
  const intent = verify(intentText, {});
  const result = verify(text('result.sigstore'), { intentText });
  return { recordId: [...ids][0], intent, result, breaches };
}
