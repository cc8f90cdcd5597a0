import { createSocket } from 'node:dgram';
import { describe, expect, it } from '@jest/globals';
import { createLookup, readHosts, type NameServers } from '../../src/platform/host-name.ts';

const HOSTS = `
# 10.0.0.9 host.docker.internal
127.0.0.1\tlocalhost
nonsense host.docker.internal
172.17.0.1  build host.docker.internal # written by Docker
10.0.0.2 host.docker.internal
`;

function lookUp(name: string, all: boolean, servers?: NameServers): Promise<unknown> {
  return new Promise((resolve) => {
    createLookup(servers)(name, { all }, (error, address, family) => {
      resolve(error ? error.code : all ? address : [address, family]);
    });
  });
}

describe('the lookup of a name that may not be there', () => {
  it('believes the hosts file first, without its comments', () => {
    expect(readHosts(HOSTS, 'host.docker.internal')).toBe('172.17.0.1');
    expect(readHosts(HOSTS, 'docker.internal')).toBeUndefined();
  });

  it("answers in both of Node's forms", async () => {
    expect(await lookUp('localhost', false)).toEqual(['127.0.0.1', 4]);
    expect(await lookUp('localhost', true)).toEqual([{ address: '127.0.0.1', family: 4 }]);
  });

  it('gives up a name server that does not answer, in about a second', async () => {
    const silent = createSocket('udp4');
    await new Promise<void>((resolve) => silent.bind(0, '127.0.0.1', resolve));
    const startedAt = performance.now();
    const servers = [`127.0.0.1:${String(silent.address().port)}`];
    expect(await lookUp('host.docker.internal.example', false, { servers })).toBe('ENOTFOUND');
    expect(performance.now() - startedAt).toBeLessThan(4000);
    silent.close();
  });
});
