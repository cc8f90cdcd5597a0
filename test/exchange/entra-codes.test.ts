import { describe, expect, it } from '@jest/globals';
import { AADSTS, type Told } from '../../src/exchange/entra-codes.ts';

const TOLD: Told = {
  ...{ iss: '"https://v.example"', sub: '"web"', aud: '"a"', exp: '2027-01-15T08:00:00.000Z', isStep: false },
  settings: { tenant: 'acme.example', client: 'client-1', scope: 'api://deploy/.default' },
  audience: 'api://AzureADTokenExchangeUSGov',
};
const STEP_HOP = /Put a hop before entra that gives a stable identity \(vault, aws or gcp, each with identityToken\)/;

describe('what a number of Entra means', () => {
  it.each<[number: number, code: string, fix: RegExp]>([
    [70021, 'DENIED_BY_PROVIDER', /Issuer "https:\/\/v\.example", Subject "web" and Audience "a"\. One that was made/],
    [70025, 'DENIED_BY_PROVIDER', /Application client-1 needs a federated credential .* Audience api:\/\/\w+USGov\./],
    [700211, 'DENIED_BY_PROVIDER', /with Issuer "https:\/\/v\.example", letter for letter/],
    [700212, 'DENIED_BY_PROVIDER', /aud is "a", .*\("api:\/\/AzureADTokenExchangeUSGov" in this cloud\)/],
    [
      700213,
      'DENIED_BY_PROVIDER',
      /compares sub exactly, without wildcards, and the token's sub is "web"\. Set Subject/,
    ],
    [7002138, 'DENIED_BY_PROVIDER', /Upper and lower case count: .* "web"/],
    [700024, 'CREDENTIAL_INVALID', /valid until 2027-01-15T08:00:00\.000Z\. .* step of its own/],
    [700027, 'CREDENTIAL_INVALID', /keys that "https:\/\/v\.example" publishes/],
    [50013, 'CREDENTIAL_INVALID', /keys that "https:\/\/v\.example" publishes/],
    [50027, 'CREDENTIAL_INVALID', /signed with RS256/],
    [50166, 'EXCHANGE_NOT_ENABLED', /reachable from the Internet/],
    [501661, 'EXCHANGE_NOT_ENABLED', /reachable from the Internet/],
    [700222, 'DENIED_BY_PROVIDER', /leave out one entra hop/],
    [700016, 'EXCHANGE_NOT_ENABLED', /client-1 must be the Application \(client\) ID .* acme\.example/],
    [7000229, 'EXCHANGE_NOT_ENABLED', /service principal in acme\.example/],
    [7000112, 'DENIED_BY_PROVIDER', /Enable client-1 for sign-in/],
    [90002, 'EXCHANGE_NOT_ENABLED', /acme\.example: Directory \(tenant\) ID\), and authority/],
    [900023, 'EXCHANGE_NOT_ENABLED', /Directory \(tenant\) ID/],
    [70011, 'EXCHANGE_NOT_ENABLED', /Check scope .* api:\/\/deploy\/\.default/],
    [1002012, 'EXCHANGE_NOT_ENABLED', /followed by \/\.default/],
    [500011, 'EXCHANGE_NOT_ENABLED', /Application ID URI of an API that acme\.example knows/],
    [501051, 'DENIED_BY_PROVIDER', /Give client-1 an application role/],
    [53003, 'DENIED_BY_PROVIDER', /Conditional Access/],
    [90033, 'SERVICE_FAILED', /again later/],
  ])('is told for AADSTS%i', (number, code, fix) => {
    const judgement = AADSTS[number]?.(TOLD);
    expect(judgement).toEqual({ code, fix: expect.stringMatching(fix) });
    expect(judgement?.fix).not.toMatch(STEP_HOP);
  });

  it.each([70021, 70025, 700211, 700213])("names the hop that a step's own token needs before (AADSTS%i)", (number) => {
    expect(AADSTS[number]?.({ ...TOLD, isStep: true }).fix).toMatch(STEP_HOP);
  });
});
