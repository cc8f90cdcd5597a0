import { generateKeyPairSync } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { afterEach, expect, it } from '@jest/globals';
import { runStep } from '../support/step.ts';
import { auditScene, runAudit, type AuditScene, type AuditSummary } from './support/audit.ts';

let scene: AuditScene;
afterEach(() => scene.step.remove());

/** Any step of the workspace can sign a keyless record. */
it('believes keyless records only with keys of issuers that it was given, also in a step of the same issuer', async () => {
  scene = await auditScene();
  const { publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const folder = scene.step.clone.directory;
  writeFileSync(`${folder}/deploy.pem`, publicKey.export({ type: 'spki', format: 'pem' }));
  const args = ['audit', '--since', scene.since, '--key', 'deploy.pem', '--out', 'by-key', 'deploy-records'];
  const run = await runStep(scene.sandbox, scene.step, { args });
  expect(run.status).toBe(3);
  const { summary } = JSON.parse(readFileSync(`${folder}/by-key/audit.json`, 'utf8')) as { summary: AuditSummary };
  expect(summary.counts['deployment']?.classes).toEqual({ NOT_CHECKABLE: 2 });
  // The archive of the issuer's keys is begun all the same.
  expect(readFileSync(`${folder}/by-key/issuer-keys.json`, 'utf8')).toContain(scene.sandbox.issuer.url);
  expect((await runAudit(scene)).status).toBe(0);
});
