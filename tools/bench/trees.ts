/** Clones as a deploy step finds them, with a build output of a set size. */
import { generateKeyPairSync, randomFillSync } from 'node:crypto';
import { mkdirSync, truncateSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type { TreeShape } from './rows.ts';

const FILES_PER_FOLDER = 100;
const OUTPUT = '.vercel/output';
const FUNCTION = `${OUTPUT}/functions/api/hello.func`;

/** Everything but the static files: what `vercel build --prod` leaves for one function. */
const FRAME: Readonly<Record<string, string>> = {
  [`${OUTPUT}/config.json`]: JSON.stringify({ version: 3, routes: [{ handle: 'filesystem' }] }),
  [`${OUTPUT}/builds.json`]: JSON.stringify({ target: 'production', builds: [] }),
  [`${FUNCTION}/.vc-config.json`]: JSON.stringify({
    runtime: 'nodejs22.x',
    handler: 'index.js',
    launcherType: 'Nodejs',
  }),
  [`${FUNCTION}/index.js`]: 'module.exports = (request, reply) => reply.end("hello");\n',
};

/** Random contents, so that no Vercel has seen any of them, and no two are one. */
export function makeTree(directory: string, { files, bytes, sparseBytes }: TreeShape): void {
  for (const [path, text] of Object.entries(FRAME)) write(`${directory}/${path}`, text);
  const content = Buffer.alloc(bytes);
  for (let index = 0; index < files - Object.keys(FRAME).length; index += 1) {
    const folder = String(Math.floor(index / FILES_PER_FOLDER)).padStart(3, '0');
    write(`${directory}/${OUTPUT}/static/assets/${folder}/chunk-${String(index)}.js`, randomFillSync(content));
  }
  if (sparseBytes === undefined) return;
  write(`${directory}/${OUTPUT}/static/video.mp4`, '');
  truncateSync(`${directory}/${OUTPUT}/static/video.mp4`, sparseBytes);
}

export function write(path: string, content: string | Uint8Array): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, content);
}

/** As a secured variable would hold it: base64 of a PKCS#8 PEM. */
export function makeSigningKey(): string {
  const { privateKey } = generateKeyPairSync('ec', {
    namedCurve: 'P-256',
    privateKeyEncoding: { format: 'pem', type: 'pkcs8' },
    publicKeyEncoding: { format: 'pem', type: 'spki' },
  });
  return Buffer.from(privateKey).toString('base64');
}
