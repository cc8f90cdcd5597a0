import { readFileSync } from 'node:fs';
import type { LookupFunction } from 'node:net';

const HOSTS_FILE = '/etc/hosts';
const ANSWER_MS = 1000;

/** The name servers to ask; default: the system's. */
export interface NameServers {
  readonly servers?: readonly string[];
}

/**
 * For a name that may well not be there: what `/etc/hosts` says, which is where Docker writes it, else one short question
 * to the name servers. Node's own lookup cannot be given up, and keeps the process alive for as long as a resolver that
 * does not answer makes it wait: 10 seconds and more.
 */
export function createLookup(nameServers: NameServers = {}): LookupFunction {
  return (name, { all }, done) => {
    void find(name, nameServers).then(
      ({ address, family }) => {
        if (all === true) done(null, [{ address, family }]);
        else done(null, address, family);
      },
      () => done(Object.assign(new Error('not found'), { code: 'ENOTFOUND' }), ''),
    );
  };
}

async function find(name: string, { servers }: NameServers): Promise<{ address: string; family: number }> {
  const { isIP } = process.getBuiltinModule('node:net');
  const address = readHosts(readFileSync(HOSTS_FILE, 'latin1'), name) ?? (await ask(name, servers));
  return { address, family: isIP(address) };
}

/** The first address that a hosts file has for a name. */
export function readHosts(text: string, name: string): string | undefined {
  const { isIP } = process.getBuiltinModule('node:net');
  for (const line of text.split('\n')) {
    const [address = '', ...names] = line.replace(/#.*/, '').trim().split(/\s+/);
    if (names.includes(name) && isIP(address) !== 0) return address;
  }
  return undefined;
}

async function ask(name: string, servers: readonly string[] | undefined): Promise<string> {
  const { Resolver } = process.getBuiltinModule('node:dns/promises');
  const resolver = new Resolver({ timeout: ANSWER_MS, tries: 1 });
  if (servers) resolver.setServers(servers);
  const [address = ''] = await resolver.resolve4(name);
  return address;
}
