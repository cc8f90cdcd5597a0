import { verify } from 'node:crypto';
import { inspect } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import { PipeError } from '../../src/errors.ts';
import { networkFault, type Answer } from '../http/support/fake-network.ts';
import { COUNTERPARTS, type Step } from './support/counterparts/index.ts';
import { DATA, outcomeOf, refusalOf } from './support/outcome.ts';
import { signerWorld, type SignerWorld } from './support/signer-world.ts';

const STEPS: readonly Step[] = ['reach', 'key', 'sign'];
/** Each service with each step that it has. */
const PLACES = COUNTERPARTS.flatMap((description) =>
  STEPS.flatMap((step) => (description.name === 'azure-key-vault' && step === 'reach' ? [] : [{ description, step }])),
).map((place) => ({ ...place, name: place.description.name }));

async function places(answer: Answer | Error, { description, step }: (typeof PLACES)[number]): Promise<SignerWorld> {
  const world = await signerWorld(description);
  world.tamper((at, honest) => {
    if (at !== step) return honest();
    return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer);
  });
  return world;
}

describe.each(PLACES)('the signer $name, while it asks for $step', (place) => {
  const { description, step } = place;

  it.each<{ name: string; answer: Answer | Error; code: string; got: RegExp }>([
    { name: 'out of reach', answer: networkFault('ENOTFOUND'), code: 'NETWORK', got: /^ENOTFOUND for/ },
    {
      name: 'limited for ever',
      answer: { status: 429, headers: { 'retry-after': '7' } },
      ...{ code: 'RATE_LIMITED', got: /429/ },
    },
    { name: 'broken for ever', answer: { status: 503 }, code: 'SERVICE_FAILED', got: /503/ },
    {
      name: 'redirected',
      answer: { status: 307, headers: { location: 'https://evil.example/' } },
      ...{ code: 'SERVICE_FAILED', got: /^status 307, location evil\.example$/ },
    },
    { name: 'flooded', answer: { body: 'x'.repeat(200_000) }, code: 'SERVICE_FAILED', got: /^more than \d+ bytes$/ },
    { name: 'answered in HTML', answer: { body: '<html>' }, code: 'CREDENTIAL_INVALID', got: /undefined|none|nothing/ },
    { name: 'answered null', answer: { body: 'null' }, code: 'CREDENTIAL_INVALID', got: /undefined/ },
    { name: 'answered with nothing', answer: { body: '{}' }, code: 'CREDENTIAL_INVALID', got: /undefined/ },
  ])('says so where it is $name', async ({ answer, code, got }) => {
    const world = await places(answer, place);
    expect(await refusalOf(outcomeOf(world))).toMatchObject({ code, got: expect.stringMatching(got) });
    expect(world.steps.filter((at) => at === step).length).toBeLessThanOrEqual(3);
  });

  it.each<{ name: string; answer: Answer; wait: number }>([
    { name: 'was limited', answer: { status: 429, headers: { 'retry-after': '7' } }, wait: 7000 },
    { name: 'was broken', answer: { status: 500 }, wait: 500 },
  ])('asks again where the service $name', async ({ answer, wait }) => {
    const world = await signerWorld(description);
    let left = 1;
    world.tamper((at, honest) => (at === step && left-- > 0 ? Promise.resolve(answer) : honest()));
    const { signer, signature } = await outcomeOf(world);
    expect(verify('sha256', DATA, signer.publicKeyPem, signature)).toBe(true);
    expect(world.slept).toEqual([wait]);
  });

  it.each([400, 401, 403, 404, 500])('repeats no secret that a status %d echoes', async (status) => {
    const world = await signerWorld(description);
    const echo = (): string => {
      const said = `bad token ${world.secrets().join(' ')}`;
      const words = {
        message: said,
        code: said,
        status: said,
        innererror: { code: said },
        details: [{ reason: said }],
      };
      return JSON.stringify({ errors: [said], __type: said, message: said, Error: words, error: words });
    };
    world.tamper((at, honest) => (at === step ? Promise.resolve({ status, body: echo() }) : honest()));
    const error = await refusalOf(outcomeOf(world));
    const shown = [error.describe(), inspect(error, { depth: 9 }), JSON.stringify(error), world.log.text()].join('\n');
    expect(shown).toMatch(description.says);
    for (const secret of world.secrets()) expect(shown).not.toContain(secret.slice(0, 40));
  });

  it('repeats no secret that stands in the place of what was asked for', async () => {
    const world = await signerWorld(description);
    let text = '';
    world.tamper(async (at, honest) => {
      const answer = await honest();
      if (at === step) text = answer.body;
      return answer;
    });
    await outcomeOf(world);
    const secrets = world.secrets();
    // One value after the other, so that what is checked later is reached, too.
    for (const [path, secret] of listStrings(JSON.parse(text)).flatMap((found) =>
      secrets.map((s) => [found, s] as const),
    )) {
      const body = JSON.stringify(replaceAt(JSON.parse(text), path, secret));
      world.tamper((at, honest) => (at === step ? Promise.resolve({ body }) : honest()));
      const outcome = await outcomeOf(world).catch((thrown: unknown) => thrown);
      const shown = outcome instanceof PipeError ? outcome.describe() : inspect(outcome, { depth: 9 });
      expect(shown + world.log.text()).not.toContain(secret.slice(0, 30));
    }
  });
});

/** Where the strings are in a value of JSON. */
function listStrings(value: unknown, path: readonly string[] = []): readonly (readonly string[])[] {
  if (typeof value === 'string') return [path];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, child]) => listStrings(child, [...path, name]));
}

function replaceAt(value: unknown, [name, ...rest]: readonly string[], by: string): unknown {
  if (name === undefined) return by;
  const child = (value as Record<string, unknown>)[name];
  return { ...(value as object), [name]: replaceAt(child, rest, by) };
}
