import { openRows, type Rows } from '../../src/audit/page/decode.ts';
import { createEncoder } from '../../src/audit/page/encode.ts';
import type { Block } from '../../src/audit/page/format.ts';
import type { Row } from '../../src/audit/types.ts';
import { sampleRows } from './audit-rows.ts';

export async function listOf<Item>(items: AsyncIterable<Item>): Promise<Item[]> {
  const list: Item[] = [];
  for await (const item of items) list.push(item);
  return list;
}

/** Blocks as the page has them: through JSON. */
export function encodeAll(rows: readonly Row[], size: number, maxTable?: number): Block[] {
  const encode = createEncoder(maxTable);
  const blocks: Block[] = [];
  for (let from = 0; from < rows.length; from += size) blocks.push(encode(rows.slice(from, from + size)));
  return JSON.parse(JSON.stringify(blocks)) as Block[];
}

export function decodeAll(blocks: readonly Block[]): Row[] {
  const rows = openRows(blocks);
  return Array.from({ length: rows.length }, (_, index) => rows.row(index));
}

export async function openSamples(count: number): Promise<{ readonly rows: Rows; readonly list: readonly Row[] }> {
  const list = await listOf(sampleRows(count));
  return { rows: openRows(encodeAll(list, 100)), list };
}
