import { execFileSync } from 'node:child_process';
import { lstatSync, mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync } from 'node:fs';
import { createSocket } from 'node:dgram';
import { tmpdir } from 'node:os';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ROOT } from '../../tools/bundle.ts';
import { measureLayers, MAX_COMPRESSED, MAX_OWN_COMPRESSED, unpackImage } from '../../tools/image/layers.ts';
import { RUN_OPTIONS } from '../../tools/image/runtime.ts';
import { VERSION } from '../../src/version.ts';
import { answerEverything } from './support/dns.ts';
import { builtImage } from './support/container.ts';

const image = builtImage();
const podman = (...args: string[]): string => execFileSync('podman', args, { encoding: 'utf8' });

/** All that is in the image. Libraries are those of Node's base, and stand where that has them. */
const FILES = [
  /^etc\/(?:group|nsswitch\.conf|passwd|ssl\/certs\/ca-certificates\.crt)$/,
  /^(?:usr\/)?lib(?:64)?\/(?:[a-z0-9_]+-linux-gnu\/)?(?:ld-linux-[\w-]+|lib(?:c|m|dl|pthread|gcc_s|stdc\+\+|resolv|rt|atomic|nss_\w+))\.so\.\d+$/,
  /^opt\/vercel-oidc-deploy\/(?:main\.js|package\.json|app-[0-9a-f]{12}\.(?:js|cache))$/,
  /^pipe\.yml$/,
  /^usr\/local\/bin\/node$/,
  /^usr\/share\/licenses\/vercel-oidc-deploy\/(?:LICENSE|NODE|THIRD-PARTY)$/,
];

let unpacked: string;
let paths: readonly string[];

beforeAll(async () => {
  unpacked = mkdtempSync(`${tmpdir()}/image-test-`);
  await unpackImage(image, unpacked);
  paths = readdirSync(unpacked, { recursive: true, encoding: 'utf8' }).sort();
});
afterAll(() => rmSync(unpacked, { recursive: true, force: true }));

const at = (path: string): string => `${unpacked}/${path}`;
const files = (): string[] => paths.filter((path) => !lstatSync(at(path)).isDirectory());

describe('the image', () => {
  it('is the same whenever it is built', () => {
    const [first, second] = (process.env['CONTAINER_DIGESTS'] ?? '').split(' ');
    expect(first).toMatch(/^sha256:[0-9a-f]{64}$/);
    expect(second).toBe(first);
  });

  it('starts the pipe alone, whoever starts it, and says what it is', () => {
    const [{ Config: config, Created: created }] = JSON.parse(podman('image', 'inspect', image));
    expect(config).toMatchObject({
      Entrypoint: ['/usr/local/bin/node', '/opt/vercel-oidc-deploy/main.js'],
      Env: ['PATH=/usr/local/bin'],
      Labels: {
        'org.opencontainers.image.title': 'vercel-oidc-deploy',
        'org.opencontainers.image.licenses': 'Apache-2.0',
        'org.opencontainers.image.version': VERSION,
        'org.opencontainers.image.revision': process.env['CONTAINER_REVISION'],
      },
    });
    for (const name of ['Cmd', 'User', 'WorkingDir', 'Volumes', 'ExposedPorts', 'OnBuild']) {
      expect(config[name] ?? '').toBe('');
    }
    expect(created).toBe('1970-01-01T00:00:00Z');
  });

  it('holds Node, the pipe and their licences, and nothing else', () => {
    expect(files().filter((path) => !FILES.some((known) => known.test(path)))).toEqual([]);
    for (const known of FILES)
      expect({ known, found: files().some((path) => known.test(path)) }).toMatchObject({ found: true });
    expect(files().filter((path) => /\/(?:sh|bash|dash|busybox|npm|npx|corepack|yarn)$|\.map$/.test(path))).toEqual([]);
  });

  it('lets nobody but root write, sets no user’s rights, and has one time', () => {
    const stats = paths.map((path) => {
      const { uid, gid, mode, mtimeMs } = lstatSync(at(path));
      return { path, uid, gid, mode, mtimeMs };
    });
    expect(
      stats.filter(({ uid, gid, mtimeMs }) => uid !== 0 || gid !== 0 || mtimeMs !== 0).map(({ path }) => path),
    ).toEqual([]);
    const open = stats.filter(({ mode, path }) => (mode & 0o7022) !== 0 && path !== 'tmp').map(({ path }) => path);
    expect(open).toEqual([]);
    expect(lstatSync(at('tmp')).mode & 0o7777).toBe(0o1777);
    expect(
      files()
        .filter((path) => lstatSync(at(path)).isSymbolicLink())
        .map((path) => readlinkSync(at(path))),
    ).toEqual([]);
  });

  it('is prepared with one time and the same modes by whatever builder, for not every one can set them', () => {
    const out = mkdtempSync(`${tmpdir()}/stage-test-`);
    try {
      execFileSync(process.execPath, [`${ROOT}build/image/tools/stage.mjs`, out]);
      for (const part of ['pipe', 'runtime']) {
        const staged = readdirSync(`${out}/${part}`, { recursive: true, encoding: 'utf8' });
        expect(staged.length).toBeGreaterThan(10);
        for (const path of staged) {
          const { mode, mtimeMs } = lstatSync(`${out}/${part}/${path}`);
          expect({ path, mode, mtimeMs }).toEqual({ path, mode: lstatSync(at(path)).mode, mtimeMs: 0 });
        }
      }
    } finally {
      rmSync(out, { recursive: true, force: true });
    }
  });

  it('tells nothing of the machine that built it', () => {
    const told = [ROOT.replace(/\/$/, ''), '/stage/', 'sourceMappingURL'];
    const own = files().filter((path) => !/\.so\.\d+$/.test(path));
    const found = own.flatMap((path) => {
      const text = readFileSync(at(path), 'latin1');
      // Node itself knows the word for source maps.
      return told
        .filter((word) => text.includes(word) && path !== 'usr/local/bin/node')
        .map((word) => `${path}: ${word}`);
    });
    expect(own.length).toBeGreaterThan(8);
    expect(found).toEqual([]);
  });

  it('has the licence of every package in the program', () => {
    const text = readFileSync(at('usr/share/licenses/vercel-oidc-deploy/THIRD-PARTY'), 'utf8');
    for (const name of ['jose', 'tar-stream', 'winston', 'yaml', 'ignore']) {
      expect(text).toMatch(new RegExp(`^${name} \\d+\\.\\d+\\.\\d+ \\([^)]+\\)$`, 'm'));
    }
    const chapters = text.split(/^-{80}$/m);
    expect(
      chapters.filter((chapter) => !/copyright|permission is hereby granted|licensed under/i.test(chapter)),
    ).toEqual([]);
    expect(readFileSync(at('usr/share/licenses/vercel-oidc-deploy/NODE'), 'utf8')).toContain('Node.js is licensed');
    expect(readFileSync(at('pipe.yml'), 'utf8')).toBe(readFileSync(`${ROOT}pipe.yml`, 'utf8'));
  });

  it('is small', async () => {
    const layers = await measureLayers(image);
    expect(layers).toHaveLength(2);
    const own = layers.at(-1)?.compressed ?? 0;
    expect(own).toBeGreaterThan(300_000);
    expect(own).toBeLessThanOrEqual(MAX_OWN_COMPRESSED);
    expect(layers.reduce((sum, { compressed }) => sum + compressed, 0)).toBeLessThanOrEqual(MAX_COMPRESSED);
  });

  it('asks name servers, though it has no more than Node’s own libraries', async () => {
    const server = await answerEverything(createSocket('udp4'), '127.0.0.153', [192, 0, 2, 7]);
    const look = 'require("dns").lookup("api.example.com", (error, address) => console.log(error ?? address))';
    const options = ['--network=host', '--dns=127.0.0.153', '--entrypoint=/usr/local/bin/node'];
    const found = await server.during('podman', [...RUN_OPTIONS, ...options, image, '-e', look]);
    expect(found.trim()).toBe('192.0.2.7');
  });
});
