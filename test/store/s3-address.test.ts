import { describe, expect, it } from '@jest/globals';
import { Secret } from '../../src/secret.ts';
import { AT_SERVER, BY_ROLE, byRole } from './support/s3.ts';
import { NO_SECRETS } from './support/stores.ts';

describe('a choice that cannot be used', () => {
  const keys = { accessKeyId: 'AKIA0', secretAccessKey: new Secret('canary-of-keys') };
  it.each([
    { change: { bucket: 'Acme' }, fault: /^the bucket is "Acme"/ },
    { change: { bucket: 'a..b' }, fault: /^the bucket is "a\.\.b"/ },
    { change: { bucket: 'a/b' }, fault: /^the bucket is/ },
    { change: { prefix: 'a//b' }, fault: /^the prefix "a\/\/b" holds a part that is empty/ },
    { change: { prefix: '/a' }, fault: /holds a part that is empty/ },
    { change: { prefix: 'a/..' }, fault: /holds a part that is empty, "\." or "\.\."$/ },
    { change: { prefix: 'a\nb' }, fault: /holds what is no letter$/ },
    { change: { prefix: '\ud800' }, fault: /holds what is no letter$/ },
    { change: { prefix: 'ä'.repeat(385) }, fault: /has over 768 bytes$/ },
    { change: { region: 'eu-central-1.evil.example/' }, fault: /^the region is/ },
    { change: { role: 'arn:aws-cn:iam::123456789012:role/deploy' }, fault: /^the role is of the partition aws-cn/ },
    { change: { endpoint: 'http://s3.example.com' }, fault: /^the endpoint is neither https nor http on a loopback/ },
    { change: { endpoint: 'https://a:b@s3.example.com' }, fault: /^the endpoint holds a user or a password$/ },
    { change: { endpoint: 'https://s3.example.com/?x=1' }, fault: /^the endpoint holds a query or a fragment$/ },
    { change: { endpoint: 'https://s3.example.com/' }, fault: /^the endpoint ends with a slash$/ },
    { change: {}, secrets: NO_SECRETS, fault: /^there is no role, nor both RECORD_STORE_ACCESS_KEY_ID/ },
  ])('is refused at once: $change', async ({ change, secrets, fault }) => {
    const { open, sandbox } = await byRole();
    const choice = { ...BY_ROLE, role: undefined, ...change };
    const opening = (): unknown => open(choice, secrets ?? { ...NO_SECRETS, keys });
    expect(opening).toThrow(
      expect.objectContaining({ code: 'VARIABLES_INVALID', faults: [expect.stringMatching(fault)] }),
    );
    expect(sandbox.journal).toEqual([]);
  });

  it('may be a server on a loopback address, in a region of its own name', async () => {
    const { open } = await byRole();
    const store = open({ ...AT_SERVER, endpoint: 'http://127.0.0.1:3900', region: 'garage' }, { ...NO_SECRETS, keys });
    expect(store.name).toBe('http://127.0.0.1:3900/acme-records/records/');
  });
});
