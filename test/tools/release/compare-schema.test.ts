import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { compareSchemas, type Schema } from '../../../tools/release/compare-schema.ts';
import { ROOT } from '../../../tools/root.ts';

const real = JSON.parse(readFileSync(`${ROOT}schemas/variables.schema.json`, 'utf8')) as Schema;
const OLD = {
  title: 'Variables',
  additionalProperties: false,
  required: ['TEAM'],
  properties: {
    TEAM: { type: 'string', pattern: '^team_.+$', description: 'Id.', minLength: 2, maxLength: 9 },
    MODE: { type: 'string', enum: ['prebuilt', 'source'], default: 'prebuilt' },
    COMMAND: { type: 'string', pattern: '^(?:deploy|pull|(?:verify|policy)(?: .*)?)$', 'x-decides': true },
    META: { type: 'array', maxItems: 20, items: { type: 'string', maxLength: 5 } },
  },
};
type Property = keyof typeof OLD.properties;

const change = (name: Property, keys: Schema): Schema => ({
  ...OLD,
  properties: { ...OLD.properties, [name]: { ...OLD.properties[name], ...keys } },
});
const clone = (schema: Schema): Schema => JSON.parse(JSON.stringify(schema)) as Schema;
const tell = (next: Schema, old: Schema = OLD): readonly string[] =>
  compareSchemas(old, next).map(({ where, step }) => `${step} ${where}`);

describe('compareSchemas', () => {
  it('finds nothing where nothing changed', () => {
    expect(compareSchemas(OLD, clone(OLD))).toEqual([]);
    expect(compareSchemas(real, clone(real))).toEqual([]);
  });

  it.each([
    ['an optional variable', { ...OLD, properties: { ...OLD.properties, NEW: { type: 'string' } } }, 'NEW'],
    ['one that is no longer required', { ...OLD, required: [] }, 'TEAM'],
    ['a wider enum', change('MODE', { enum: ['source', 'prebuilt', 'both'] }), 'MODE.enum'],
    [
      'an alternative of a pattern',
      change('COMMAND', { pattern: '^(?:audit|deploy|pull|(?:verify|policy)(?: .*)?)$' }),
      'COMMAND.pattern',
    ],
    ['no pattern any more', change('TEAM', { pattern: undefined }), 'TEAM.pattern'],
    ['a longer text', change('TEAM', { maxLength: 10 }), 'TEAM.maxLength'],
    ['a shorter text', change('TEAM', { minLength: 1 }), 'TEAM.minLength'],
    ['no longest text', change('TEAM', { maxLength: undefined }), 'TEAM.maxLength'],
    ['longer items', change('META', { items: { type: 'string', maxLength: 6 } }), 'META.items.maxLength'],
    ['an empty value', change('COMMAND', { 'x-decides': false }), 'COMMAND.x-decides'],
  ])('calls %s an addition', (_, next, where) => {
    expect(tell(next)).toEqual([`addition ${where}`]);
  });

  it.each([
    ['a removed variable', { ...OLD, properties: { ...OLD.properties, MODE: undefined } }, 'MODE'],
    ['a newly required one', { ...OLD, required: ['TEAM', 'MODE'] }, 'MODE'],
    ['a new required one', { ...OLD, required: ['TEAM', 'NEW'], properties: { ...OLD.properties, NEW: {} } }, 'NEW'],
    ['another default', change('MODE', { default: 'source' }), 'MODE.default'],
    ['no default', change('MODE', { default: undefined }), 'MODE.default'],
    ['a default where none was', change('TEAM', { default: 'team_a' }), 'TEAM.default'],
    ['a narrower enum', change('MODE', { enum: ['prebuilt'] }), 'MODE.enum'],
    ['an enum where none was', change('TEAM', { enum: ['team_a'] }), 'TEAM.enum'],
    [
      'an alternative less',
      change('COMMAND', { pattern: '^(?:deploy|(?:verify|policy)(?: .*)?)$' }),
      'COMMAND.pattern',
    ],
    [
      'an alternative that lost a branch',
      change('COMMAND', { pattern: '^(?:deploy|pull|(?:verify)(?: .*)?)$' }),
      'COMMAND.pattern',
    ],
    ['another pattern', change('TEAM', { pattern: '^.+$' }), 'TEAM.pattern'],
    ['a pattern where none was', change('MODE', { pattern: '^p' }), 'MODE.pattern'],
    ['a shorter text', change('TEAM', { maxLength: 8 }), 'TEAM.maxLength'],
    ['a longest text where none was', change('MODE', { maxLength: 8 }), 'MODE.maxLength'],
    ['a longer text', change('TEAM', { minLength: 3 }), 'TEAM.minLength'],
    ['another type', change('TEAM', { type: 'array' }), 'TEAM.type'],
    ['an empty value that is refused', change('MODE', { 'x-decides': true }), 'MODE.x-decides'],
    ['a keyword that is not known', change('TEAM', { format: 'uri' }), 'TEAM.format'],
    ['items of another kind', change('META', { items: { type: 'number', maxLength: 5 } }), 'META.items.type'],
    ['a rule for the whole', { ...OLD, additionalProperties: true }, 'schema.additionalProperties'],
  ])('calls %s breaking', (_, next, where) => {
    expect(tell(next)).toEqual([`breaking ${where}`]);
  });

  it('calls words text', () => {
    const next = { ...change('TEAM', { description: 'The id.', 'x-wanted': 'an id' }), title: 'All variables' };
    expect(tell(next)).toEqual(['text TEAM.description', 'text TEAM.x-wanted', 'text schema.title']);
  });

  it('sees a class, an escape and a second group for what they are', () => {
    const pattern = (was: string, is: string): readonly string[] =>
      tell(change('TEAM', { pattern: is }), change('TEAM', { pattern: was }));
    expect(pattern('^(?:[|)]|b)$', '^(?:b|[|)]|c)$')).toEqual(['addition TEAM.pattern']);
    expect(pattern(String.raw`^(?:a\)|b)$`, String.raw`^(?:b|a\))$`)).toEqual(['addition TEAM.pattern']);
    // Two groups in a row are no list, though the parts between the strokes are the same: `ac` is no longer taken.
    expect(pattern('^(?:a|b)(?:c|d)$', '^(?:b)(?:c|a|d)$')).toEqual(['breaking TEAM.pattern']);
  });

  it('takes the word of a person for one change, and for no other', () => {
    const judged = [{ where: 'TEAM.pattern', from: '^team_.+$', to: '^.+$', why: 'every text was allowed, and more' }];
    expect(compareSchemas(OLD, change('TEAM', { pattern: '^.+$' }), judged)).toEqual([]);
    expect(compareSchemas(OLD, change('TEAM', { pattern: '^t.+$' }), judged)).toHaveLength(1);
    expect(compareSchemas(OLD, change('MODE', { pattern: '^.+$' }), judged)).toHaveLength(1);
    const other = change('TEAM', { pattern: '^a$' });
    expect(compareSchemas(other, change('TEAM', { pattern: '^.+$' }), judged)).toHaveLength(1);
  });

  it('says what was and what is', () => {
    expect(compareSchemas(OLD, change('MODE', { default: 'source' }))).toEqual([
      { where: 'MODE.default', step: 'breaking', what: 'was "prebuilt", is "source"' },
    ]);
  });

  it('finds a changed default in the schema that is there', () => {
    const properties = real['properties'] as Readonly<Record<string, Schema>>;
    const next = { ...real, properties: { ...properties, TIMEOUT: { ...properties['TIMEOUT'], default: '20m' } } };
    expect(tell(next, real)).toEqual(['breaking TIMEOUT.default']);
  });
});
