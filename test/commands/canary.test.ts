import { readdirSync, readFileSync, statSync } from 'node:fs';
import { inspect } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import { createSandbox, type MisbehaveRule } from '../../src/sandbox/index.ts';
import { makeStep, runStep, type Step } from '../support/step.ts';

/** Ways for a run to end, each through other code that writes. */
const ENDS: { name: string; environment?: Record<string, string>; rules?: MisbehaveRule[] }[] = [
  { name: 'a good run' },
  { name: 'a denial', environment: { TARGET: 'preview' } },
  { name: 'an examination', environment: { COMMAND: 'doctor' } },
  {
    name: 'an examination of a token that is refused',
    environment: { COMMAND: 'doctor', BITBUCKET_STEP_UUID: '{00000000-0000-4000-8000-000000000000}' },
  },
  { name: "Bitbucket's refusal", environment: { BITBUCKET_ACCESS_TOKEN: 'canary-bitbucket-token' } },
  {
    name: 'a Bitbucket that cannot be reached',
    environment: { BITBUCKET_ACCESS_TOKEN: 'canary-bitbucket-token' },
    rules: [{ match: { path: /\/pipelines\// }, times: 99, action: { kind: 'reset' } }],
  },
  {
    name: 'a Bitbucket that says the token back',
    environment: { BITBUCKET_ACCESS_TOKEN: 'canary-bitbucket-token' },
    rules: [
      {
        match: { path: /\/pipelines\// },
        action: { kind: 'status', status: 403, body: { error: { message: 'canary-bitbucket-token may not' } } },
      },
    ],
  },
  { name: 'wrong variables', environment: { TARGET: 'NO', VERCEL_TOKEN: 'canary-vercel token' } },
  { name: 'a token that nothing uses', environment: { VERCEL_TOKEN: 'canary-vercel-token' } },
  { name: 'a client secret that nothing uses', environment: { EXCHANGE_CLIENT_SECRET: 'canary-client-secret' } },
  { name: 'a token for another step', environment: { BITBUCKET_STEP_UUID: '{00000000-0000-4000-8000-000000000000}' } },
  {
    name: 'keys that cannot be fetched',
    rules: [{ match: { path: /keys\.json/ }, times: 99, action: { kind: 'reset' } }],
  },
  {
    name: 'an exchange that breaks',
    rules: [{ match: { path: /oauth\/token$/ }, times: 99, action: { kind: 'reset' } }],
  },
  {
    name: 'an exchange that fails',
    rules: [{ match: { path: /oauth\/token$/ }, times: 99, action: { kind: 'status', status: 500 } }],
  },
  {
    name: 'a project read that breaks',
    rules: [{ match: { path: /projects/ }, times: 99, action: { kind: 'reset' } }],
  },
  {
    name: 'a create that fails',
    rules: [{ match: { path: /v13/ }, times: 99, action: { kind: 'status', status: 500 } }],
  },
  { name: 'a create that breaks', rules: [{ match: { path: /v13/ }, times: 99, action: { kind: 'reset' } }] },
  { name: 'an upload that breaks', rules: [{ match: { path: /v2\/files/ }, times: 999, action: { kind: 'reset' } }] },
  {
    name: 'a revocation that fails',
    rules: [{ match: { path: /revoke/ }, times: 99, action: { kind: 'status', status: 500 } }],
  },
];

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) =>
    statSync(`${folder}/${name}`).isFile(),
  );
}

/** Every text that holds a secret's text, or a telling piece of it. */
function leaks(texts: Readonly<Record<string, string>>, secrets: readonly string[]): string[] {
  const pieces = secrets.flatMap((secret) => [secret, Buffer.from(secret).toString('base64'), secret.slice(-24)]);
  return Object.entries(texts).flatMap(([where, text]) =>
    pieces.some((piece) => piece.length >= 12 && text.includes(piece)) ? [where] : [],
  );
}

async function secretsOf(step: Step, tokens: readonly string[]): Promise<string[]> {
  const pem = Buffer.from(step.clone.signingKey, 'base64').toString();
  const token = step.environment['BITBUCKET_STEP_OIDC_TOKEN'] ?? '';
  const keyLines = pem.split('\n').filter((line) => line.length > 20 && !line.includes('-----'));
  return Promise.resolve([token, token.split('.')[2] ?? '', step.clone.signingKey, ...keyLines, ...tokens]);
}

describe('secrets', () => {
  it.each(ENDS)('reach no line, error, record or file after $name', async ({ environment, rules }) => {
    const sandbox = await createSandbox();
    for (const rule of rules ?? []) sandbox.misbehave(rule);
    const step = await makeStep(sandbox, { DEBUG: 'true', ...environment });
    const before = new Set(filesBelow(step.clone.directory));
    const { platform } = await runStep(sandbox, step);

    const texts: Record<string, string> = { log: inspect(platform.log.lines, { depth: 9, maxStringLength: Infinity }) };
    for (const name of filesBelow(step.clone.directory)) {
      if (!before.has(name)) texts[name] = readFileSync(`${step.clone.directory}/${name}`, 'utf8');
    }
    const issued = sandbox.vercel.tokens.map(({ value }) => value);
    const secrets = await secretsOf(step, [...issued, 'canary-vercel', 'canary-bitbucket', 'canary-client-secret']);
    step.remove();
    expect(platform.log.lines.length).toBeGreaterThan(0);
    expect(leaks(texts, secrets)).toEqual([]);
  });

  it('would be found: the search itself works', () => {
    expect(leaks({ log: `x ${'s'.repeat(30)} y`, clean: 'x' }, ['s'.repeat(30)])).toEqual(['log']);
  });
});
