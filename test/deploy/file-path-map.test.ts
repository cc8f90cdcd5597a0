import { describe, expect, it } from '@jest/globals';
import { readFilePathMap, warnOfOutside, type References } from '../../src/deploy/file-path-map.ts';
import { noFindings } from './support/output-tree.ts';

describe('readFilePathMap', () => {
  it('gives paths relative to the root, and keeps every value once', () => {
    const known: References = new Map();
    const findings = noFindings();
    const first = readFilePathMap(
      { filePathMap: { a: './dist/a.js', b: '/dist/b.js', c: 'x/../c.js' } },
      'f',
      known,
      findings,
    );
    const second = readFilePathMap(
      { filePathMap: { again: './dist/a.js', twice: './dist/a.js' } },
      'g',
      known,
      findings,
    );
    expect(first).toEqual(['dist/a.js', 'dist/b.js', 'c.js']);
    expect(second).toEqual(['dist/a.js', 'dist/a.js']);
    expect([...known.keys()]).toEqual(['./dist/a.js', '/dist/b.js', 'x/../c.js']);
    expect(findings).toEqual(noFindings());
  });

  it.each([
    { name: 'no map', config: {}, faults: [] },
    { name: 'a map of null', config: { filePathMap: null }, faults: [] },
    {
      name: 'a list',
      config: { filePathMap: ['a'] },
      faults: ['f: filePathMap is not an object. Build again with `vercel build`.'],
    },
    {
      name: 'a number for a path',
      config: { filePathMap: { 'a.js': 5 } },
      faults: ['f: filePathMap gives no path for "a.js". Build again with `vercel build`.'],
    },
  ])('takes $name', ({ config, faults }) => {
    const findings = noFindings();
    expect(readFilePathMap(config, 'f', new Map(), findings)).toEqual([]);
    expect(findings.faults).toEqual(faults);
  });

  it.each(['../up.js', 'a/../../up.js', '..dots', '.', '', '/', 'a/..'])('gives no path for %j, and warns', (value) => {
    const known: References = new Map();
    const findings = noFindings();
    expect(readFilePathMap({ filePathMap: { a: value } }, 'f', known, findings)).toEqual([]);
    warnOfOutside(known, findings);
    expect(findings.warnings).toEqual([
      `${value}: a function needs it, but it is outside the deployed folder, so it is not sent. Deploy from a folder that holds it.`,
    ]);
  });
});
