import { createHash } from 'node:crypto';
import { rmSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it } from '@jest/globals';
import { readTrust, verifyRecord } from '../../src/record/index.ts';
import { createSandbox, STORE_URLS } from '../../src/sandbox/index.ts';
import { makeStep, predicateOf, runStep, type Step } from '../support/step.ts';
import { editPolicy } from './support/examine.ts';

let step: Step;
afterEach(() => step.remove());

const ENDED = { completed_on: '2026-11-25T09:10:00.000Z', state: { name: 'COMPLETED', result: { name: 'STOPPED' } } };

describe('a run that left an intent in the store, and no result', () => {
  it('is found by its deployment, and the signed record of the cleanup names it', async () => {
    const sandbox = await createSandbox({ stores: STORE_URLS, pipeline: ENDED });
    step = await makeStep(sandbox, {
      BITBUCKET_ACCESS_TOKEN: sandbox.bitbucket.accessToken,
      BITBUCKET_PR_ID: '12',
      RECORD_STORE: `${STORE_URLS.files}/records/`,
      RECORD_STORE_TOKEN: sandbox.stores?.files.token ?? '',
      TARGET: 'preview',
    });
    editPolicy(
      step,
      (text) => `${text.replace('targets: [production]', 'targets: [preview]')}    require: { store: true }\n`,
    );
    // It says that the output was built for production.
    rmSync(`${step.clone.directory}/.vercel/output/builds.json`);
    sandbox.misbehave({ match: { method: 'PUT', path: /result/ }, times: 4, action: { kind: 'status', status: 503 } });
    expect((await runStep(sandbox, step, { environment: { RECORD_DIR: 'first' } })).status).toBe(3);
    const deployment = sandbox.vercel.deployments.at(-1);
    expect(deployment?.meta).toMatchObject({ oidcDeployPr: '12' });

    await sleep(1100);
    const environment = { COMMAND: 'cleanup', DRY_RUN: 'false', TIMEOUT: '1s' };
    const { status, log } = await runStep(sandbox, step, { environment });
    expect({ status, log }).toMatchObject({ status: 0 });

    const stored = sandbox.stores?.files.files ?? [];
    const textOf = (ending: RegExp): string => {
      const { bytes } = stored.find(({ path }) => ending.test(path)) ?? {};
      return Buffer.from(bytes ?? new Uint8Array()).toString();
    };
    const recordId = deployment?.meta['oidcDeployRecord']?.slice('20261101T000000Z-'.length);
    const intent = textOf(new RegExp(`${String(recordId)}\\.intent`));
    const { payload } = (JSON.parse(intent) as { dsseEnvelope: { payload: string } }).dsseEnvelope;
    const digest = { sha256: createHash('sha256').update(Buffer.from(payload, 'base64')).digest('hex') };
    const item = {
      deploymentId: deployment?.id,
      recordId,
      digest,
      act: 'note',
      because: 'interrupted',
      outcome: 'done',
    };
    const result = step.readOne('.result.sigstore.json');
    const trust = readTrust({ publicKey: step.clone.publicKeyPem });
    const options = { allowSandbox: false, now: Date.now(), intentText: step.readOne('.intent.sigstore.json') };
    expect(verifyRecord(result, trust, options)).toMatchObject({
      warnings: [],
      statement: { predicate: { action: 'cleanup', vercel: { cleanup: [item] } } },
    });
    expect(JSON.parse(textOf(new RegExp(`${String(recordId)}\\.settled\\.json`)))).toMatchObject({
      recordId,
      settledBy: { recordId: predicateOf(result)['recordId'] },
    });
    expect((await runStep(sandbox, step, { environment })).log).toContain('Nothing to clean up');
  });
});
