import { describe, expect, it } from '@jest/globals';
import {
  checkKeyVersion,
  checkProvider,
  checkSecretVersion,
  checkServiceAccount,
  hostOfSecret,
  principalsOf,
} from '../../src/services/gcp-names.ts';

const PROVIDER = '//iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/pool-1/providers/bitbucket';
const KEY = 'projects/acme-web/locations/europe-west3/keyRings/ring/cryptoKeys/okta/cryptoKeyVersions/1';

describe('names of Google Cloud', () => {
  it.each([
    { check: checkProvider, name: PROVIDER },
    { check: checkServiceAccount, name: 'deploy@acme-web.iam.gserviceaccount.com' },
    { check: checkServiceAccount, name: 'deploy@web.acme.com.iam.gserviceaccount.com' },
    { check: checkServiceAccount, name: '104567890123456789012' },
    { check: checkSecretVersion, name: 'projects/1/secrets/vercel_token-1/versions/latest' },
    { check: checkSecretVersion, name: 'projects/acme.com:web/secrets/vercel/versions/12' },
    { check: checkSecretVersion, name: 'projects/1/locations/europe-west3/secrets/vercel/versions/12' },
    { check: checkKeyVersion, name: KEY },
  ])('takes $name', ({ check, name }) => {
    expect(check(name)).toEqual([]);
  });

  it.each([
    { check: checkProvider, name: PROVIDER.replace('projects/1', 'projects/acme'), text: "with the project's number" },
    { check: checkProvider, name: `https:${PROVIDER}`, text: 'wanted //iam.googleapis.com/' },
    { check: checkProvider, name: `${PROVIDER}/../x`, text: 'provider is //iam' },
    { check: checkServiceAccount, name: 'someone@example.com', text: 'gserviceaccount.com' },
    { check: checkServiceAccount, name: '../../x@a.gserviceaccount.com', text: 'serviceAccount is ../' },
    { check: checkServiceAccount, name: 'a@b.gserviceaccount.com.evil.example', text: 'serviceAccount is a@b' },
    { check: checkSecretVersion, name: 'projects/1/secrets/vercel', text: '/versions/<number, alias or latest>' },
    { check: checkSecretVersion, name: 'projects/../secrets/vercel/versions/1', text: 'secret is projects/..' },
    { check: checkSecretVersion, name: 'projects/1/secrets/a/versions/1:destroy', text: 'secret is' },
    { check: checkSecretVersion, name: 'projects/1/secrets/a/versions/1?x=', text: 'secret is' },
    {
      check: checkSecretVersion,
      name: 'projects/1/locations/evil.example/secrets/a/versions/1',
      text: 'secret is projects/1/locations/evil',
    },
    { check: checkKeyVersion, name: KEY.slice(0, -2), text: '/cryptoKeyVersions/<number>' },
    { check: checkKeyVersion, name: KEY.replace('ring/', 'ring/../'), text: 'key is projects/' },
  ])('refuses $name', ({ check, name, text }) => {
    expect(check(name)).toEqual([expect.stringContaining(text)]);
  });

  it('lets a service account away', () => {
    expect(checkServiceAccount(undefined)).toEqual([]);
  });

  it.each([
    { name: 'projects/1/secrets/vercel/versions/1', host: 'secretmanager.googleapis.com' },
    { name: 'projects/1/locations/us-east1/secrets/v/versions/1', host: 'secretmanager.us-east1.rep.googleapis.com' },
  ])('finds the host of $name', ({ name, host }) => {
    expect(hostOfSecret(name)).toBe(host);
  });

  it('names the identities of a pool as a grant of roles does', () => {
    expect(principalsOf(PROVIDER)).toBe(
      'principalSet://iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/pool-1/attribute.repository_uuid/<UUID of the repository>',
    );
  });
});
