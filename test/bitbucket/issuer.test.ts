import { describe, expect, it } from '@jest/globals';
import { issuerOfWorkspace } from '../../src/bitbucket/index.ts';
import { ISSUER } from '../identity/support/issuer.ts';

describe('issuerOfWorkspace', () => {
  it('is the address that Bitbucket documents', () => {
    expect(issuerOfWorkspace('acme')).toBe(ISSUER);
  });

  it.each(['', '../../2.0/repositories/mallory/repo/src/main/x?', 'a/b', '..', 'acme#', 'acme?', '%2e%2e', 'a b'])(
    'refuses a workspace that would lead elsewhere: %j',
    (workspace) => {
      expect(() => issuerOfWorkspace(workspace)).toThrow(
        expect.objectContaining({ code: 'VARIABLES_INVALID', message: expect.stringContaining('BITBUCKET_WORKSPACE') }),
      );
    },
  );
});
