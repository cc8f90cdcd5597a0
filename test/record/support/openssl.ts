import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { it } from '@jest/globals';
import { KEY } from './records.ts';

export const ifOpenssl = spawnSync('openssl', ['version']).error ? it.skip : it;

/** What an auditor types. `field` stands for jq, which not every machine has. */
const RECIPE = `set -eu
field() { "$NODE" -p "JSON.parse(require('fs').readFileSync('r.json', 'utf8')).dsseEnvelope.$1"; }
field payload | base64 -d > p
T=$(field payloadType)
{ printf 'DSSEv1 %d %s %d ' \${#T} "$T" "$(stat -c%s p)"; cat p; } > pae
field 'signatures[0].sig' | base64 -d > s
openssl dgst -sha256 -verify pub.pem -signature s pae`;

export function runOpenssl(bundleJson: string, publicPem = KEY.publicPem): { status: number | null; stdout: string } {
  const cwd = mkdtempSync(`${tmpdir()}/record-openssl-`);
  try {
    writeFileSync(`${cwd}/r.json`, bundleJson);
    writeFileSync(`${cwd}/pub.pem`, publicPem);
    const env = { ...process.env, NODE: process.execPath };
    const { status, stdout } = spawnSync('sh', ['-c', RECIPE], { cwd, env, encoding: 'utf8' });
    return { status, stdout };
  } finally {
    rmSync(cwd, { recursive: true });
  }
}
