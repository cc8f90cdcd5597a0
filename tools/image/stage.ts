/**
 * Runs inside the image's first stage, by the Node that the image will have: `node stage.mjs OUT`. Puts into OUT what the
 * image is made of: `runtime/`, Node with all that it loads, and `pipe/`, the program with its compiled form.
 */
import { chmod, copyFile, cp, lstat, lutimes, mkdir, readdir, realpath, writeFile } from 'node:fs/promises';
import { lookup } from 'node:dns/promises';
import { dirname, join } from 'node:path';
import { rootCertificates } from 'node:tls';
import { compileAhead } from '../compile-ahead.ts';
import { ROOT } from '../root.ts';

const HOME = '/opt/vercel-oidc-deploy';
/** Whoever the container runs as must have a name for some tools of Node; nobody logs in. */
const PASSWD = 'root:x:0:0:root:/root:/nonexistent\nnobody:x:65534:65534:nobody:/nonexistent:/nonexistent\n';

const [, , out = ''] = process.argv;
await makeRuntime(join(out, 'runtime'));
await makePipe(join(out, 'pipe'));
await settle(out);

async function makeRuntime(root: string): Promise<void> {
  // What resolves names is loaded with the first name alone.
  await lookup('localhost').catch(() => undefined);
  await place(process.execPath, join(root, '/usr/local/bin/node'));
  for (const path of loadedObjects()) await place(await realpath(path), join(root, path));
  await put(join(root, '/etc/ssl/certs/ca-certificates.crt'), `${rootCertificates.join('\n')}\n`);
  await put(join(root, '/etc/passwd'), PASSWD);
  await put(join(root, '/etc/group'), 'root:x:0:\nnogroup:x:65534:\n');
  await put(join(root, '/etc/nsswitch.conf'), 'hosts: files dns\n');
  await mkdir(join(root, '/tmp'), { recursive: true });
}

/** Absolute paths of the shared objects of this process; the kernel's own has none. */
function loadedObjects(): readonly string[] {
  const { sharedObjects } = process.report.getReport() as unknown as { readonly sharedObjects: readonly string[] };
  return sharedObjects.filter((path) => path.startsWith('/') && path !== process.execPath);
}

async function makePipe(root: string): Promise<void> {
  const home = join(root, HOME);
  await mkdir(home, { recursive: true });
  await cp(`${ROOT}pipe`, home, { recursive: true });
  await place(`${ROOT}pipe.yml`, join(root, '/pipe.yml'));
  await cp(`${ROOT}licenses`, join(root, '/usr/share/licenses/vercel-oidc-deploy'), { recursive: true });
  const [app] = (await readdir(home)).filter((name) => /^app-.*\.js$/.test(name));
  if (app === undefined) throw new Error('the program is missing');
  const path = join(home, app);
  await compileAhead({ app: path, cache: path.replace(/\.js$/, '.cache') });
}

async function place(from: string, to: string): Promise<void> {
  await mkdir(dirname(to), { recursive: true });
  await copyFile(from, to);
}

async function put(path: string, text: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, text);
}

/** Fixed modes and times, so that the same commit gives the same layers. */
async function settle(path: string): Promise<void> {
  const stat = await lstat(path);
  if (stat.isDirectory()) for (const name of await readdir(path)) await settle(join(path, name));
  const isProgram = /\/(?:node|[^/]*\.so(?:\.[\d.]+)?)$/.test(path);
  await chmod(path, path.endsWith('/tmp') ? 0o1777 : stat.isDirectory() || isProgram ? 0o755 : 0o644);
  await lutimes(path, 0, 0);
}
