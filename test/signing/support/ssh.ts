import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { it } from '@jest/globals';

export const ifSshKeygen = spawnSync('ssh-keygen', ['-?']).error ? it.skip : it;

/** `ssh-keygen -i -m PKCS8 -f pub.pem | ssh-keygen -lf -`, as an auditor runs it. */
export function fingerprint(publicKeyPem: string): string {
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
