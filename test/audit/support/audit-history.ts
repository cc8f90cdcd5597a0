import { classify } from '../../../src/audit/reconcile/index.ts';
import type { Row } from '../../../src/audit/types.ts';
import { isListed, rowKey, type ExpectedRow, type History } from '../../../tools/histories/index.ts';
import { seeAll, toBuckets, toWorld, type Sight } from './history-world.ts';

const { env } = process;
/** More are tried where the environment says so: `AUDIT_HISTORIES=20000 AUDIT_FIRST_SEED=5000`. */
const [HISTORIES, FIRST] = [Number(env['AUDIT_HISTORIES'] ?? 0), Number(env['AUDIT_FIRST_SEED'] ?? 1)];

/** @param usual how many in the ordinary run */
export function chooseSeeds(usual: number): readonly number[] {
  return Array.from({ length: HISTORIES > 0 ? HISTORIES : usual }, (_, index) => FIRST + index);
}

/** From 5 to 60. */
export function sizeOf(seed: number): number {
  return 5 + (seed % 56);
}

export function auditAll(sight: Sight, buckets = 4): readonly Row[] {
  const world = toWorld(sight);
  return toBuckets(sight, buckets).flatMap((bucket) => classify(bucket, world).rows);
}

type Told = Pick<ExpectedRow, 'kind' | 'id' | 'class' | 'change' | 'instead'>;

export function describeRow({ kind, id, class: name, change, instead }: Told): string {
  const words = [kind, id, change, instead === undefined ? name : `${name} instead of ${instead}`];
  return words.filter((word) => word !== undefined).join(' ');
}

/** What the history and the audit say differently, with the scene and the audit's reasons: empty where they agree. */
export function compare(history: History, rows: readonly Row[] = auditAll(seeAll(history))): readonly string[] {
  const wanted = new Map(history.expected.filter(isListed).map((row) => [rowKey(row), row]));
  const got = new Map(rows.map((row) => [rowKey(row), row]));
  const seed = `seed ${String(history.seed)}`;
  const differences: string[] = rows.length === got.size ? [] : [`${seed}: a row comes twice`];
  for (const [key, row] of wanted) {
    const found = got.get(key);
    if (found && describeRow(found) === describeRow(row)) continue;
    const word = found ? `${describeRow(found)}: ${found.reasons.join(' ')}` : 'no row';
    differences.push(`${seed} ${row.scene}: wanted ${describeRow(row)}; got ${word}`);
  }
  for (const [key, row] of got) {
    if (!wanted.has(key)) differences.push(`${seed}: not wanted: ${describeRow(row)}: ${row.reasons.join(' ')}`);
  }
  return differences;
}
