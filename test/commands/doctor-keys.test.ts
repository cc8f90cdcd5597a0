import { existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { sha256Hex } from '../../src/digest.ts';
import { createSandbox, type Sandbox } from '../../src/sandbox/index.ts';
import { makeStep, type Step, type StepRun } from '../support/step.ts';
import { editPolicy, examineStep } from './support/examine.ts';

let sandbox: Sandbox;
let step: Step;

beforeEach(async () => {
  sandbox = await createSandbox();
  step = await makeStep(sandbox);
});
afterEach(() => step.remove());

const examine = (...rest: Rest): Promise<StepRun> => examineStep(sandbox, step, ...rest);
type Rest = Parameters<typeof examineStep> extends [unknown, unknown, ...infer Others] ? Others : never;

describe("the issuer's keys", () => {
  const keysPath = (): string => `${step.clone.directory}/issuer-keys.json`;

  it('are written beside the policy, with the lines that pin them; and those lines hold', async () => {
    const { log } = await examine();
    const text = readFileSync(keysPath());
    const { issuer } = sandbox;
    expect(JSON.parse(text.toString())).toEqual({
      [issuer.url]: {
        keys: issuer.keys().keys.map(({ kid, n, e }) => ({ kty: 'RSA', kid, use: 'sig', alg: 'RS256', n, e })),
      },
    });
    const line = /^keys: \{ file: issuer-keys\.json, sha256: '[0-9a-f]{64}' \}$/m.exec(log)?.[0] ?? '';
    expect(line).toContain(sha256Hex(text));

    editPolicy(step, (policy) => `${line}\n${policy}`);
    const asked = sandbox.journal.length;
    const again = await examine();
    expect({ status: again.status, errors: again.log.match(/^error .*/gm) }).toEqual({ status: 0, errors: null });
    expect(again.log).toContain('Keys:    pinned in issuer-keys.json (keys: of the policy); no fetch is needed.');
    expect(again.log).toMatch(/verified by key \S+ \(issuer-keys\.json/);
    expect(sandbox.journal.slice(asked).filter(({ path }) => path.includes('/identity/oidc/'))).toEqual([]);
  });

  it('that stand there already are left, and the lines are printed', async () => {
    await examine();
    const before = readFileSync(keysPath());
    const { status, log } = await examine();
    expect(status).toBe(0);
    expect(log).toContain('is there already, and the policy does not pin it');
    expect(log).toContain(`sha256: '${sha256Hex(before)}' }`);
    expect(readFileSync(keysPath())).toEqual(before);
  });

  it('that the policy names and that are missing are written, and missed', async () => {
    editPolicy(step, (policy) => `keys: { file: pinned/bitbucket.json, sha256: '${'0'.repeat(64)}' }\n${policy}`);
    const { status, log } = await examine();
    expect(status).toBe(2);
    expect(log).toMatch(/TRUST_MATERIAL_INVALID: The key file of the policy \(keys:\) is missing/);
    expect(log).toContain('Doctor: one thing stands in the way of a deploy.');
    const text = readFileSync(`${step.clone.directory}/pinned/bitbucket.json`);
    expect(log).toContain(`keys: { file: pinned/bitbucket.json, sha256: '${sha256Hex(text)}' }`);
    // It went on: the token was looked at, and exchanged.
    expect(log).toContain('Would:   deploy');
  });

  it('that the policy names and that are others are mended either way that the error tells', async () => {
    await examine();
    const written = readFileSync(keysPath(), 'utf8');
    editPolicy(step, (policy) => `keys: { file: issuer-keys.json, sha256: '${sha256Hex(written)}' }\n${policy}`);
    writeFileSync(keysPath(), written.trimEnd());
    const { status, log } = await examine();
    expect(status).toBe(2);
    expect(log).toContain('which has no line end after the last brace');
    expect(log).toContain('Remove the file and run COMMAND: doctor in this step, which writes it anew; or compare');
    const line = `keys: { file: issuer-keys.json, sha256: '${sha256Hex(written.trimEnd())}' }`;
    expect(log).toContain(line);

    rmSync(keysPath());
    await examine();
    expect(readFileSync(keysPath(), 'utf8')).toBe(written);
    expect((await examine()).status).toBe(0);
    writeFileSync(keysPath(), written.trimEnd());
    editPolicy(step, (policy) => policy.replace(/^keys: .*$/m, line));
    expect((await examine()).status).toBe(0);
  });

  it("go to the folder of records where the policy is the organisation's", async () => {
    const folder = mkdtempSync(`${tmpdir()}/organisation-`);
    const policy = `${step.clone.directory}/deploy-policy.yml`;
    writeFileSync(`${folder}/policy.yml`, readFileSync(policy));
    rmSync(policy);
    const { status } = await examine({}, { organisationFolder: folder });
    expect(status).toBe(0);
    expect(step.files()).toEqual(['issuer-keys.json']);
    expect(existsSync(keysPath())).toBe(false);

    writeFileSync(`${folder}/issuer-keys.json`, step.read('issuer-keys.json'));
    const { log } = await examine({}, { organisationFolder: folder });
    expect(log).toContain(`Keys:    pinned in ${folder}/issuer-keys.json; no fetch is needed.`);
    rmSync(folder, { recursive: true });
  });

  it('does not follow a link out of the clone to write the keys', async () => {
    const outside = mkdtempSync(`${tmpdir()}/outside-`);
    editPolicy(step, (policy) => `keys: { file: linked/keys.json, sha256: '${'0'.repeat(64)}' }\n${policy}`);
    symlinkSync(outside, `${step.clone.directory}/linked`);
    const { status, log } = await examine();
    expect(status).toBe(2);
    expect(log).toContain('leads out of the clone through a link');
    expect(existsSync(`${outside}/keys.json`)).toBe(false);
    rmSync(outside, { recursive: true });
  });

  it('that cannot be written stand in the log, and are no finding', async () => {
    editPolicy(step, (policy) => `keys: { file: taken/keys.json, sha256: '${'0'.repeat(64)}' }\n${policy}`);
    writeFileSync(`${step.clone.directory}/taken`, 'a file where a folder should be');
    const { log } = await examine();
    expect(log).toMatch(/Keys: {4}taken\/keys\.json could not be written \(E\w+\), and stands below/);
    expect(log).toContain(`"kid": "${sandbox.issuer.keyId}"`);
    expect(log).toContain('Doctor: one thing stands in the way of a deploy.');
  });
});
