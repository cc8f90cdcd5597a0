import { readFileSync } from 'node:fs';
import { Ajv2020, type ErrorObject } from 'ajv/dist/2020.js';
import { describe, expect, it } from '@jest/globals';
import { CLASSES } from '../../../src/audit/index.ts';
import { inOrder, ROW_ORDER, writeRow } from '../../../src/audit/outputs/order.ts';
import { SUMMARY_ORDER, writeSummary } from '../../../src/audit/outputs/order-summary.ts';
import { makeRow, makeSummary, WHOLE_ROW, WHOLE_SUMMARY } from './support/samples.ts';

interface Node {
  readonly $ref?: string;
  readonly description?: string;
  readonly enum?: readonly unknown[];
  readonly properties?: Readonly<Record<string, Node>>;
  readonly items?: Node;
}

const schema = JSON.parse(
  readFileSync(new URL('../../../schemas/audit.schema.json', import.meta.url), 'utf8'),
) as Node & {
  readonly $defs: Readonly<Record<string, Node>>;
};
const validate = new Ajv2020({ strict: true, allErrors: true }).compile(schema);
const faultsOf = (value: unknown): readonly (ErrorObject | string)[] => {
  validate(JSON.parse(JSON.stringify(value)));
  return (validate.errors ?? []).map(({ instancePath, message = '' }) => `${instancePath} ${message}`);
};

const resolve = (node: Node): Node =>
  node.$ref === undefined ? node : { ...schema.$defs[node.$ref.replace('#/$defs/', '')], ...node };

/** Members of the schema in our table's form: what has members of its own, and lists of it. */
function toOrder(node: Node): unknown {
  const { properties, items } = resolve(node);
  if (properties) return Object.fromEntries(Object.entries(properties).map(([name, child]) => [name, toOrder(child)]));
  const item = items && toOrder(items);
  return item === undefined || item === 0 ? 0 : [item];
}

describe('the schema of audit.json', () => {
  it('takes what can be written: all members, and only those that must be there', () => {
    expect(faultsOf({ summary: WHOLE_SUMMARY, rows: [WHOLE_ROW] })).toEqual([]);
    expect(faultsOf({ summary: makeSummary([makeRow(1)]), rows: [makeRow(1)] })).toEqual([]);
  });

  it('takes members that it does not know, which readers ignore within version 1', () => {
    const row = { ...makeRow(1), future: { a: 1 } };
    expect(faultsOf({ summary: { ...WHOLE_SUMMARY, future: 1 }, rows: [row], future: [] })).toEqual([]);
  });

  it.each([
    [{ class: 'GOOD' }, '/rows/0/class must be equal to one of the allowed values'],
    [{ at: '2026-11-01' }, '/rows/0/at must be number'],
    [{ checks: undefined }, "/rows/0 must have required property 'checks'"],
    [{ record: { ...WHOLE_ROW.record, digest: 'x' } }, '/rows/0/record/digest must match pattern "^[0-9a-f]{64}$"'],
  ])('refuses %j', (change, fault) => {
    expect(faultsOf({ summary: WHOLE_SUMMARY, rows: [{ ...makeRow(1), ...change }] })).toEqual([fault]);
  });

  it('refuses another version and a class that is none', () => {
    expect(faultsOf({ summary: { ...WHOLE_SUMMARY, auditVersion: '2' }, rows: [] })).toHaveLength(1);
    const counts = { ...WHOLE_SUMMARY.counts, change: { seen: 1, classes: { GOOD: 1 } } };
    expect(faultsOf({ summary: { ...WHOLE_SUMMARY, counts }, rows: [] })).not.toEqual([]);
  });

  it('has every member in the order in which it is written, and describes it', () => {
    expect(JSON.stringify(toOrder({ $ref: '#/$defs/row' }))).toBe(JSON.stringify(ROW_ORDER));
    const { counts, ...rest } = toOrder({ $ref: '#/$defs/summary' }) as Record<string, unknown>;
    const { counts: own, ...others } = SUMMARY_ORDER;
    expect(JSON.stringify(rest)).toBe(JSON.stringify(others));
    expect(Object.keys(counts as object)).toEqual(Object.keys(own));
    const silent = (node: Node, path: string): readonly string[] => {
      const { properties = {}, items } = node;
      const below = Object.entries(properties).flatMap(([name, child]) => {
        return [...(child.description === undefined ? [`${path}.${name}`] : []), ...silent(child, `${path}.${name}`)];
      });
      return [...below, ...(items ? silent(items, `${path}[]`) : [])];
    };
    expect([schema as Node, ...Object.values(schema.$defs)].flatMap((node) => silent(node, ''))).toEqual([]);
  });

  it('knows the classes', () => {
    expect(schema.$defs['class']?.enum).toEqual(Object.keys(CLASSES));
  });
});

describe('the order of members', () => {
  it('does not depend on how a value came to be', () => {
    const reversed = Object.fromEntries(Object.entries(WHOLE_ROW).reverse());
    const record = Object.fromEntries(Object.entries(WHOLE_ROW.record).reverse());
    expect(writeRow({ ...reversed, record } as unknown as typeof WHOLE_ROW)).toBe(writeRow(WHOLE_ROW));
    expect(Object.keys(JSON.parse(writeRow(WHOLE_ROW)) as object)).toEqual(Object.keys(ROW_ORDER));
    const summary = Object.fromEntries(Object.entries(WHOLE_SUMMARY).reverse());
    const projects = { b: '2', a: '1' };
    expect(writeSummary({ ...summary, projects } as unknown as typeof WHOLE_SUMMARY)).toBe(
      writeSummary({ ...WHOLE_SUMMARY, projects: { a: '1', b: '2' } }),
    );
  });

  it('keeps what it does not know, at the end', () => {
    expect(Object.keys(inOrder({ later: 1, id: 'a', kind: 'change' }, ROW_ORDER))).toEqual(['kind', 'id', 'later']);
  });
});
