import { describe, expect, it } from '@jest/globals';
import { findVaultFaults } from '../../src/exchange/vault-settings.ts';
import { ADDRESS, SETTINGS } from './support/vault.ts';

describe('the settings', () => {
  it.each([
    { name: 'neither', more: {}, fault: 'wanted secret or identityToken' },
    {
      name: 'both',
      more: { secret: 'a', identityToken: 'b' },
      fault: 'names both secret and identityToken; wanted one',
    },
    {
      name: 'a version of no secret',
      more: { identityToken: 'b', version: 1 },
      fault: 'version belongs to a secret, not to an identity token',
    },
    {
      name: 'a way out of the address',
      more: { secret: 'kv/../sys/raw' },
      fault: 'secret: wanted a path without empty parts and without . or ..',
    },
    {
      name: 'an empty part',
      more: { secret: 'kv/data/vercel', mount: 'jwt/' },
      fault: 'mount: wanted a path without empty parts and without . or ..',
    },
  ])('with $name are refused', ({ more, fault }) => {
    expect(findVaultFaults({ address: ADDRESS, role: 'pipelines', ...more })).toEqual([fault]);
  });

  it('that are well have no fault', () => {
    expect(findVaultFaults({ ...SETTINGS, version: 3, field: 'api', namespace: 'a/b' })).toEqual([]);
    expect(findVaultFaults({ address: ADDRESS, role: 'r', identityToken: 'a' })).toEqual([]);
  });
});
