import { writeFileSync } from 'node:fs';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { sha256Hex } from '../../src/digest.ts';
import { createSandbox, type Sandbox } from '../../src/sandbox/index.ts';
import { makeStep, runStep, type Step } from '../support/step.ts';
import { editPolicy } from './support/examine.ts';

let sandbox: Sandbox;
let step: Step;

beforeEach(async () => {
  sandbox = await createSandbox();
  step = await makeStep(sandbox);
});
afterEach(() => step.remove());

it.each([
  { name: 'no line end after the last brace', text: '{\n}', says: 'which has no line end after the last brace' },
  { name: 'CRLF line ends', text: '{\r\n}\r\n', says: 'whose line ends are CRLF' },
  { name: 'CRLF, and none at the end', text: '{\r\n}', says: 'whose line ends are CRLF' },
  { name: 'empty lines at its end', text: '{\n}\n\n', says: 'which has empty lines at its end' },
  { name: 'a byte order mark', text: '\ufeff{\n}\n', says: 'which begins with a byte order mark' },
  { name: 'a mark and CRLF', text: '\ufeff{\r\n}\r\n', says: 'which begins with a byte order mark' },
])('keys that an editor gave $name are told by that', async ({ text, says }) => {
  writeFileSync(`${step.clone.directory}/issuer-keys.json`, text);
  const pin = `keys: { file: issuer-keys.json, sha256: '${sha256Hex('{\n}\n')}' }\n`;
  editPolicy(step, (policy) => pin + policy);
  const { status, log } = await runStep(sandbox, step);
  expect(status).toBe(2);
  expect(log).toContain(`sha256 ${sha256Hex(text)} of ${step.clone.directory}/issuer-keys.json, ${says}\n`);
  expect(log).toContain('end every line with LF, the last one too. Or: Remove the file and run COMMAND');
});
