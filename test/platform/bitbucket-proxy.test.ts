import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { routeToProxy } from '../../src/platform/bitbucket-proxy.ts';
import { createNodeNetwork } from '../../src/platform/network.ts';
import type { SendRequest } from '../../src/platform/types.ts';

const PLACE =
  'http://api.bitbucket.org/2.0/repositories/%7B922e118c-f34f-4226-a897-0e0afbec553d%7D/%7B1de489be-5a3c-4a0e-9d1f-2f4c8a1b6e70%7D';
const REPORT = `${PLACE}/commit/6f1d2c3b4a5968778695a4b3c2d1e0f9a8b7c6d5/reports/vercel-oidc-deploy-0123456789abcdef`;

function ask(changes: Partial<SendRequest> = {}): SendRequest {
  const headers = { 'content-type': 'application/json', 'content-length': '2' };
  return { method: 'PUT', url: REPORT, headers, body: Buffer.from('{}'), proxy: 'bitbucket', ...changes };
}

describe("the way to Bitbucket's proxy", () => {
  it('is in absolute form, at an address that nothing changes', () => {
    for (const sandboxUrl of [undefined, 'http://127.0.0.1:1', 'http://evil.example:29418']) {
      expect(routeToProxy(ask(), sandboxUrl)).toMatchObject({
        options: { host: 'host.docker.internal', port: '29418', path: REPORT },
        headers: { host: 'api.bitbucket.org' },
      });
    }
  });

  it.each([
    { name: 'another path of the API', url: `${PLACE}/pullrequests/7` },
    { name: 'a build status', url: REPORT.replace(/reports.*/, 'statuses/build') },
    { name: 'another host', url: REPORT.replace('api.bitbucket.org', 'api.bitbucket.org.evil.example') },
    { name: 'https', url: REPORT.replace('http:', 'https:') },
    { name: 'a way up', url: `${REPORT}/../../statuses` },
    { name: 'a repository that is no UUID', url: REPORT.replace(/%7B1de.*%7D/, '..') },
    { name: 'a query', url: `${REPORT}?x=1` },
  ])('is open to no request for $name', ({ url }) => {
    expect(() => routeToProxy(ask({ url }), undefined)).toThrow("no request for Bitbucket's proxy");
  });

  it.each(['authorization', 'proxy-authorization', 'cookie', 'x-token'])('takes no header %s', (name) => {
    const headers = { ...ask().headers, [name]: 'Bearer something' };
    expect(() => routeToProxy(ask({ headers }), undefined)).toThrow(name);
    expect(() => routeToProxy(ask({ headers }), undefined)).not.toThrow('something');
  });

  it.each([
    undefined,
    'http://evil.example:29418',
    'http://127.0.0.1.evil.example:80',
    'http://localhost:80',
    'https://127.0.0.1:80',
    'http://127.0.0.1:80/path',
    'http://user@127.0.0.1:80',
    'http://127.0.0.1',
    '',
  ])('leads to no stand-in at %s', async (sandboxProxyUrl) => {
    expect(routeToProxy(ask({ proxy: 'sandbox' }), sandboxProxyUrl)).toBeUndefined();
    const network = createNodeNetwork({ sandboxProxyUrl });
    await expect(network.send(ask({ proxy: 'sandbox' }))).rejects.toMatchObject({ detail: 'no proxy' });
  });
});

describe('a stand-in on this machine', () => {
  const seen: Pick<IncomingMessage, 'method' | 'url' | 'headers'>[] = [];
  const server = createServer((request, response) => {
    seen.push(request);
    request.resume().once('end', () => response.end('{}'));
  });
  beforeEach(() => new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve)));
  afterEach(() => new Promise((resolve) => server.close(resolve)));

  it('gets the whole address in the request line, and nothing that gives access', async () => {
    const sandboxProxyUrl = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
    const network = createNodeNetwork({ sandboxProxyUrl });
    const { status, body } = await network.send(ask({ proxy: 'sandbox' }));
    await Array.fromAsync(body);
    network.close();
    expect(status).toBe(200);
    expect(seen).toHaveLength(1);
    expect(seen[0]).toMatchObject({ method: 'PUT', url: REPORT });
    const { connection, ...headers } = seen[0]?.headers ?? {};
    expect(connection).toBe('keep-alive');
    expect(headers).toEqual({ host: 'api.bitbucket.org', 'content-type': 'application/json', 'content-length': '2' });
  });
});
