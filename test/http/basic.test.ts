import { describe, expect, it } from '@jest/globals';
import { basicAuthorization } from '../../src/http/basic.ts';
import { redact, Secret } from '../../src/secret.ts';
import { bench, NEVER } from './support/bench.ts';

const decode = (header: string): string => Buffer.from(header.replace(/^Basic /, ''), 'base64').toString();

describe('the header of a client that has a secret', () => {
  it('is the example of RFC 6749 §2.3.1', () => {
    const client = { id: 's6BhdRkqt3', secret: new Secret('7Fjfp0ZBr1KtDRbnfVdmIw') };
    expect(basicAuthorization(client)).toBe('Basic czZCaGRSa3F0Mzo3RmpmcDBaQnIxS3REUmJuZlZkbUl3');
  });

  it('keeps id and secret apart, whatever letters they have', () => {
    const header = basicAuthorization({ id: 'a:b c', secret: new Secret('p+q%r:s=&é~') });
    expect(decode(header)).toBe('a%3Ab+c:p%2Bq%25r%3As%3D%26%C3%A9%7E');
  });

  it('is not printed where a server sends it back', () => {
    const header = basicAuthorization({ id: 'pipelines', secret: new Secret('basic-canary-1') });
    expect(redact(`you sent ${header}`)).toBe('you sent Basic [redacted]');
  });

  it('goes with each attempt of a request, and with none that has no such client', async () => {
    const { http, network } = bench([{ status: 503 }, {}, {}]);
    const ask = { service: 'The STS', method: 'POST', url: 'https://sts.example.com/token', signal: NEVER } as const;
    const basic = { id: 'pipelines', secret: new Secret('basic-canary-2') };
    await http.request({ ...ask, basic });
    await http.request(ask);
    const header = basicAuthorization(basic);
    expect(network.sent.map(({ headers }) => headers['authorization'])).toEqual([header, header, undefined]);
  });
});
