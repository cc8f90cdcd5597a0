import { describe, expect, it } from '@jest/globals';
import { UNKNOWN_KEY, refuseNewer } from '../../src/documents/index.ts';
import { read } from './support/document.ts';

describe('refuseNewer', () => {
  it.each(['1.2.3', '1.2.4', '1.3.0', '2.0.0', '1.2.3-rc.1', '1.2.3+build'])('1.2.3 is enough for %s', (version) => {
    expect(() => refuseNewer(read('minPipe: 1.2.3'), 'test file', [], version)).not.toThrow();
  });

  it.each(['1.2.2', '1.1.9', '0.9.9', 'unknown', ''])('1.2.3 is more than %j', (version) => {
    expect(() => refuseNewer(read('minPipe: 1.2.3'), 'test file', [], version)).toThrow(
      expect.objectContaining({
        code: 'POLICY_UNSUPPORTED',
        message: `The test file needs vercel-oidc-deploy 1.2.3 or newer; this is ${version}.`,
      }),
    );
  });

  it.each(['', 'minPipe: 99', 'minPipe: newest', '- minPipe'])(
    'leaves to the schema what is no version: %j',
    (text) => {
      expect(() => refuseNewer(read(text), 'test file', [], '1.0.0')).not.toThrow();
    },
  );

  it('names the unknown keys, and none of the other faults', () => {
    const faults = [
      { path: ['mode'], what: UNKNOWN_KEY, wanted: 'minPipe' },
      { path: ['a'], what: 'got 1', wanted: '2' },
    ];
    expect(() => refuseNewer(read('minPipe: 2.0.0\nmode: x\na: 1'), 'test file', faults, '1.0.0')).toThrow(
      expect.objectContaining({
        faults: [
          '1:1 minPipe: 2.0.0; wanted 1.0.0 or older',
          '2:1 mode: unknown key; wanted vercel-oidc-deploy 2.0.0 or newer',
        ],
      }),
    );
  });
});
