import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { describe, expect, it } from '@jest/globals';
import { calculateJwkThumbprint } from 'jose';
import { createKeySigner } from '../../src/signing/index.ts';
import { KNOWN_JWK, KNOWN_KEY_ID, KNOWN_THUMBPRINT, makeKeyPair } from './support/keys.ts';

const sshKeygen = spawnSync('ssh-keygen', ['-?']).error ? undefined : 'ssh-keygen';
const ifSshKeygen = sshKeygen === undefined ? it.skip : it;

describe('the names of a key', () => {
  it('are those of the known vector', () => {
    const { keyId, jwkThumbprint } = createKeySigner(JSON.stringify(KNOWN_JWK));
    expect({ keyId, jwkThumbprint }).toEqual({ keyId: KNOWN_KEY_ID, jwkThumbprint: KNOWN_THUMBPRINT });
  });

  it('have the thumbprint that jose computes', async () => {
    const { jwk } = makeKeyPair();
    const { jwkThumbprint } = createKeySigner(jwk);
    expect(jwkThumbprint).toBe(await calculateJwkThumbprint(JSON.parse(jwk) as { kty: string }));
  });

  ifSshKeygen('have the fingerprint that ssh-keygen prints (skipped where there is no ssh-keygen)', () => {
    const { pkcs8 } = makeKeyPair();
    const { keyId, publicKeyPem } = createKeySigner(pkcs8);
    expect(fingerprint(publicKeyPem)).toBe(keyId);
  });
});

/** `ssh-keygen -i -m PKCS8 -f pub.pem | ssh-keygen -lf -`, as an auditor runs it. */
function fingerprint(publicKeyPem: string): string {
  const folder = mkdtempSync(`${tmpdir()}/key-id-`);
  try {
    writeFileSync(`${folder}/pub.pem`, publicKeyPem);
    const line = execFileSync('ssh-keygen', ['-i', '-m', 'PKCS8', '-f', `${folder}/pub.pem`]);
    const [, shown = ''] = execFileSync('ssh-keygen', ['-lf', '-'], { input: line }).toString().split(' ');
    return shown;
  } finally {
    rmSync(folder, { recursive: true });
  }
}
