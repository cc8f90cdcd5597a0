import { spawnSync } from 'node:child_process';
import { createPublicKey } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { describe, expect, it } from '@jest/globals';
import { DENIED, INTENT } from './support/facts.ts';
import { makeKeyless } from './support/keyless.ts';
import { changeBundle, KEY, makeRecord, payloadText } from './support/records.ts';

const ifOpenssl = spawnSync('openssl', ['version']).error ? it.skip : it;

/** What an auditor types. `field` stands for jq, which not every machine has. */
const RECIPE = `set -eu
field() { "$NODE" -p "JSON.parse(require('fs').readFileSync('r.json', 'utf8')).dsseEnvelope.$1"; }
field payload | base64 -d > p
T=$(field payloadType)
{ printf 'DSSEv1 %d %s %d ' \${#T} "$T" "$(stat -c%s p)"; cat p; } > pae
field 'signatures[0].sig' | base64 -d > s
openssl dgst -sha256 -verify pub.pem -signature s pae`;

describe('openssl, over the pre-authentication encoding (skipped where there is no openssl),', () => {
  ifOpenssl.each([
    { name: 'a result', changes: {} },
    { name: 'an intent', changes: INTENT },
    { name: 'a denial', changes: DENIED },
    { name: 'a record with letters beyond ASCII', changes: { build: { branch: 'grün/ünï' } } },
  ])('accepts $name', async ({ changes }) => {
    const { bundleJson } = await makeRecord(changes);
    expect(runOpenssl(bundleJson)).toEqual({ status: 0, stdout: 'Verified OK\n' });
  });

  ifOpenssl('accepts a keyless record under the key of its proof', async () => {
    const { bundleJson, statement } = await makeKeyless();
    const header = statement.predicate.oidc.proof?.pkToken.signatures[1].protected ?? '';
    const { upk } = JSON.parse(Buffer.from(header, 'base64url').toString()) as { upk: Record<string, string> };
    const pem = createPublicKey({ key: upk, format: 'jwk' }).export({ type: 'spki', format: 'pem' }).toString();
    expect(runOpenssl(bundleJson, pem)).toEqual({ status: 0, stdout: 'Verified OK\n' });
    expect(runOpenssl(bundleJson)).toEqual({ status: 1, stdout: 'Verification failure\n' });
  });

  ifOpenssl('rejects a changed payload', async () => {
    const { bundleJson } = await makeRecord();
    const changed = changeBundle(bundleJson, ({ dsseEnvelope }) => {
      dsseEnvelope.payload = Buffer.from(payloadText(bundleJson).replace('prj_abc', 'prj_abd')).toString('base64');
    });
    expect(runOpenssl(changed)).toEqual({ status: 1, stdout: 'Verification failure\n' });
  });
});

function runOpenssl(bundleJson: string, publicPem = KEY.publicPem): { status: number | null; stdout: string } {
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
