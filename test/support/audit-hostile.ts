import type { Row } from '../../src/audit/types.ts';
import { sampleRows } from './audit-rows.ts';

/** What people and programs have put into names, addresses and reasons of others. */
export const HOSTILE = [
  '</script><script>alert(1)</script>',
  '<img src=x onerror=alert(2)>',
  '"><svg/onload=alert(3)>',
  "' onclick='alert(4)",
  'javascript:alert(5)',
  'https://bitbucket.org.evil.example/acme/web',
  'https://vercel.com@evil.example/',
  'data:text/html,<script>alert(6)</script>',
  'gnp.exe\u202etxt.\u2066hidden\u2069\u200b',
  '<!--<script>',
  '${alert(7)}{{alert(8)}}',
  "'; rm -rf / #",
  '__proto__',
  '\ue000\ue001\ud800 \u0000\n\r\t',
] as const;

/** Rows in which every text that comes from outside is one of {@link HOSTILE}. */
export async function* hostileRows(): AsyncGenerator<Row> {
  const samples: Row[] = [];
  for await (const row of sampleRows(40)) if (row.record && row.review) samples.push(row);
  for (const [index, text] of HOSTILE.entries()) {
    const row = samples[index];
    if (row) yield spoil({ ...row, id: `${String(index)}${text}` }, text) as Row;
  }
}

/** Ours alone keep their meaning: kind, class, state of a check. */
const OURS = new Set(['kind', 'class', 'instead', 'change', 'name', 'state', 'assurance', 'id']);

function spoil(value: unknown, text: string, name = ''): unknown {
  if (typeof value === 'string') return OURS.has(name) ? value : text;
  if (Array.isArray(value)) return value.map((item) => spoil(item, text));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, spoil(member, text, key)]));
}
