import { describe, expect, it } from '@jest/globals';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { UNKNOWN_KEY, findFaults } from '../../src/documents/index.ts';

const ajv = new Ajv2020({ allErrors: true, verbose: true, allowUnionTypes: true }).addVocabulary(['x-wanted']);
const validate = ajv.compile({
  type: 'object',
  'x-wanted': 'a map of things',
  additionalProperties: false,
  required: ['name'],
  propertyNames: { pattern: '^[a-z/~]+$', 'x-wanted': 'small letters' },
  properties: {
    name: { type: 'string', minLength: 2, description: 'a name' },
    'a/b~c': { enum: ['x', 'y'], 'x-wanted': 'x or y' },
    list: {
      type: 'array',
      minItems: 1,
      uniqueItems: true,
      items: { type: 'integer', maximum: 9 },
      'x-wanted': 'digits',
    },
    plain: { type: 'boolean' },
  },
});

describe('findFaults', () => {
  it('finds none in what is valid', () => {
    expect(findFaults(validate, { name: 'ab', list: [1] })).toEqual([]);
  });

  it.each<{ value: unknown; faults: readonly unknown[] }>([
    { value: null, faults: [{ path: [], what: 'empty', wanted: 'a map of things' }] },
    { value: 'x', faults: [{ path: [], what: 'got "x"', wanted: 'a map of things' }] },
    { value: {}, faults: [{ path: ['name'], what: 'missing', wanted: 'a name' }] },
    { value: { name: 1.5 }, faults: [{ path: ['name'], what: 'got 1.5', wanted: 'a name, in quotes' }] },
    { value: { name: ['ab'] }, faults: [{ path: ['name'], what: 'got ["ab"]', wanted: 'a name' }] },
    { value: { name: 'a' }, faults: [{ path: ['name'], what: 'got "a"', wanted: 'a name, within 2' }] },
    { value: { name: 'ab', 'a/b~c': 'z' }, faults: [{ path: ['a/b~c'], what: 'got "z"', wanted: 'x or y' }] },
    { value: { name: 'ab', list: [] }, faults: [{ path: ['list'], what: 'empty', wanted: 'digits' }] },
    {
      value: { name: 'ab', list: [1, 1] },
      faults: [{ path: ['list'], what: 'the same value twice', wanted: 'each value once' }],
    },
    { value: { name: 'ab', plain: 1 }, faults: [{ path: ['plain'], what: 'got 1', wanted: 'another value' }] },
    {
      value: { name: 'ab', other: 1 },
      faults: [{ path: ['other'], what: UNKNOWN_KEY, wanted: 'name, a/b~c, list, plain' }],
    },
  ])('tells what is wrong with $value', ({ value, faults }) => {
    expect(findFaults(validate, value)).toEqual(faults);
  });

  it('tells every fault at once, and a wrong name of a key once', () => {
    const faults = findFaults(validate, { N: 1, list: [10, 'x'] });
    expect(faults.map(({ path, what }) => `${path.join('/')}: ${what}`).sort()).toEqual([
      'N: got "N"',
      'N: unknown key',
      'list/0: got 10',
      'list/1: got "x"',
      'name: missing',
    ]);
  });
});
