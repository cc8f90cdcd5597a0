import { execFileSync } from 'node:child_process';
import { linkSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterEach, describe, expect, it } from '@jest/globals';
import type { Files, Network } from '../../src/platform/types.ts';
import { denied } from '../deploy/support/output-tree.ts';
import { makeSite, putSparse, STATIC, WAYS, type Site, type Way } from './support/site.ts';

const [FILES, ARCHIVE, SOURCE] = WAYS;
const MEGABYTE = 1024 * 1024;
const ends: (() => void)[] = [];
afterEach(() => ends.splice(0).forEach((end) => end()));

async function site(way: Way, variables: Readonly<Record<string, string>> = {}): Promise<Site> {
  const made = await makeSite(way, variables);
  ends.push(made.end);
  return made;
}

/** Deploys, and has the record compared with the clone. */
async function deployed(made: Site, options: Parameters<Site['run']>[0] = {}): Promise<string> {
  const { status, log } = await made.run(options);
  expect({ status, log: status === 0 ? '' : log }).toEqual({ status: 0, log: '' });
  const { status: verified, printed } = await made.verify();
  expect({ verified, printed: verified === 0 ? '' : printed }).toEqual({ verified: 0, printed: '' });
  expect(made.left()).toMatchObject({ made: 1, alive: 0 });
  expect(readdirSync(made.temp)).toEqual([]);
  return log;
}

describe.each([FILES, ARCHIVE])('many, deep and empty, by $upload', (way) => {
  it('equal and empty files, 100 levels of folders and hard links go with one content each', async () => {
    const made = await site(way);
    for (let index = 0; index < 1200; index += 1) made.put(`${STATIC}/same/${String(index)}`, 'equal');
    for (let index = 0; index < 20; index += 1) made.put(`${STATIC}/none/${String(index)}`, '');
    made.put(`${STATIC}/${'d/'.repeat(100)}bottom`, 'far down');
    mkdirSync(`${made.root}/${STATIC}/${'e/'.repeat(100)}`, { recursive: true });
    linkSync(`${made.root}/${STATIC}/same/0`, `${made.root}/${STATIC}/hard`);
    linkSync(`${made.root}/package.json`, `${made.root}/${STATIC}/from-elsewhere`);
    await deployed(made);
    expect(made.deployed().filter(({ file }) => file.startsWith(`${STATIC}/`)).length).toBe(1225);
    expect(made.deployed().find(({ kind }) => kind === 'directory')?.file).toBe(`${STATIC}/${'e/'.repeat(99)}e`);
    // Of the clone, and one each for what is equal, empty and far down.
    expect(made.left().uploaded).toBe(way.upload === 'archive' ? 1 : 11);
  });

  // Packing and unpacking take longer than the way from the disk to a socket.
  const bytes = (way.upload === 'archive' ? 40 : 200) * MEGABYTE;
  it(`a sparse file of ${String(bytes / MEGABYTE)} MB streams: memory does not hold it`, async () => {
    const made = await site(way);
    putSparse(`${made.root}/${STATIC}/large.bin`, bytes);
    const held: number[] = [];
    const start = liveBytes();
    let read = 0;
    const files = (real: Files): Partial<Files> => ({
      stream: async function* (...given) {
        for await (const chunk of real.stream(...given)) {
          read += chunk.byteLength;
          if (read % (bytes / 2) < chunk.byteLength) held.push(liveBytes() - start);
          yield chunk;
        }
      },
    });
    const { status, log } = await made.run({ files, network: streamingTo(made) });
    expect({ status, log: status === 0 ? '' : log }).toEqual({ status: 0, log: '' });
    expect(made.deployed()).toContainEqual(expect.objectContaining({ size: bytes, kind: 'file' }));
    // Read twice: to be hashed, and to be sent.
    expect(held.length).toBe(4);
    expect(Math.max(...held)).toBeLessThan(16 * MEGABYTE);
  }, 30_000);
});

/** Bytes of arrays that somebody still holds. */
function liveBytes(): number {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  // What the first one found is given back at the second.
  collect();
  collect();
  return process.memoryUsage().arrayBuffers;
}

/** Bodies reach the sandbox in pieces, as they would over a socket. */
function streamingTo({ sandbox }: Site): (network: Network) => Network {
  return (network) => ({
    ...network,
    async send(request) {
      const { method, url, headers, body } = request;
      if (typeof body !== 'function') return network.send(request);
      const init = { method, headers: { ...headers }, body: ReadableStream.from(body()), duplex: 'half' };
      const { status, headers: answered, body: answer } = await sandbox.handle(new Request(url, init as RequestInit));
      return { status, headers: Object.fromEntries(answered), body: answer ?? ReadableStream.from([]) };
    },
  });
}

describe('20,000 files in one folder', () => {
  it('go as an archive by themselves', async () => {
    const made = await site(FILES);
    mkdirSync(`${made.root}/${STATIC}/many`);
    for (let index = 0; index < 20_000; index += 1)
      linkSync(`${made.root}/${STATIC}/index.html`, `${made.root}/${STATIC}/many/${String(index)}`);
    const { status } = await made.run({ environment: { UPLOAD: 'auto' } });
    expect(status).toBe(0);
    expect(made.deployed().filter(({ file }) => file.startsWith(`${STATIC}/many/`)).length).toBe(20_000);
    expect(made.left()).toEqual({ made: 1, uploaded: 1, alive: 0 });
  }, 30_000);
});

/** Which of these this user may make. */
async function putSpecial(base: string): Promise<readonly string[]> {
  execFileSync('mkfifo', [`${base}/fifo`]);
  const socket: Server = createServer();
  ends.push(() => void socket.close());
  await new Promise<void>((resolve) => void socket.listen(`${base}/socket`, resolve));
  try {
    execFileSync('mknod', [`${base}/zero`, 'c', '1', '5'], { stdio: 'ignore' });
    return ['fifo', 'socket', 'zero'];
  } catch {
    return ['fifo', 'socket'];
  }
}

describe.each([FILES, SOURCE])('what is no file, $mode', (way) => {
  it('is told all at once, with status 2, before anything is sent', async () => {
    const made = await site(way);
    const base = way.mode === 'prebuilt' ? STATIC : 'src';
    const at = (name: string): string => `${made.root}/${base}/${name}`;
    mkdirSync(at('closed-folder'), { recursive: true });
    const special = await putSpecial(at('.'));
    for (const [name, target] of [
      ['loop-a', 'loop-b'],
      ['loop-b', 'loop-a'],
      ['self', 'self'],
      ['environment', '/proc/self/environ'],
      ['up', `${'../'.repeat(40)}etc/passwd`],
    ] as const)
      symlinkSync(target, at(name));
    writeFileSync(at('closed.txt'), 'x', { mode: 0o000 });
    // Root may read everything.
    const files = (real: Files): Partial<Files> => ({
      list: (path, rule) => (path.endsWith('/closed-folder') ? Promise.reject(denied(path)) : real.list(path, rule)),
      readRange: (path, ...rest) =>
        path.endsWith('/closed.txt') ? Promise.reject(denied(path)) : real.readRange(path, ...rest),
    });
    const { status, log } = await made.run({ files });
    expect(status).toBe(2);
    for (const name of special) expect(log).toContain(`${base}/${name}: neither a file, a folder nor a link.`);
    for (const name of ['loop-a', 'self']) expect(log).toMatch(new RegExp(`${base}/${name}: .*leads back to itself`));
    for (const name of ['environment', 'up']) expect(log).toMatch(new RegExp(`${base}/${name}: .*leads out of the`));
    for (const name of ['closed.txt', 'closed-folder'])
      expect(log).toContain(`${base}/${name}: this step may not read it (EACCES).`);
    expect(made.sandbox.journal).toEqual([]);
  });
});
