import { describe, expect, it } from '@jest/globals';
import type { Acting } from '../../src/commands/act.ts';
import { verifyEarlier } from '../../src/commands/record-trust.ts';
import type { HttpRequest } from '../../src/http/index.ts';
import { ARCHIVE, ISSUER, ISSUER_NAME, makeKeyless, writeArchive } from '../record/support/keyless.ts';
import { makeRecord, NOW, SIGNER } from '../record/support/records.ts';
import { buildStatement, signRecord } from '../../src/record/index.ts';
import { makeFacts } from '../record/support/facts.ts';

const OTHER = 'https://api.bitbucket.org/2.0/workspaces/other/pipelines-config/identity/oidc';

interface World {
  readonly issuers?: readonly string[];
  /** A pinned file. */
  readonly pinned?: string;
  /** What an issuer publishes. */
  readonly published?: Readonly<Record<string, string>>;
}

/** A step that has SIGNING_KEY, and of its issuers what is given. */
function stepIn({ issuers = [], pinned, published = {} }: World = {}): { acting: Acting; asked: string[] } {
  const asked: string[] = [];
  const request = ({ url }: Pick<HttpRequest, 'url'>): Promise<object> => {
    asked.push(url);
    const keys = published[url.replace('/keys.json', '')];
    const body: unknown = keys === undefined ? {} : JSON.parse(keys);
    return Promise.resolve({ status: keys === undefined ? 503 : 200, headers: {}, text: '', body });
  };
  const run = {
    config: { sandbox: false },
    platform: { clock: { now: () => NOW } },
    http: { request },
    signal: new AbortController().signal,
  };
  const keys = pinned === undefined ? [] : [{ name: 'pinned', bytes: new TextEncoder().encode(pinned) }];
  const acting = { run, story: {}, who: { keys, keySigner: SIGNER, expected: { issuers } } };
  return { acting: acting as unknown as Acting, asked };
}

const verify = ({ acting }: { acting: Acting }, result: string): ReturnType<typeof verifyEarlier> =>
  verifyEarlier(acting, { result, intent: undefined });

describe('a record by SIGNING_KEY', () => {
  it('holds as one by a stored key', async () => {
    expect((await verify(stepIn(), (await makeRecord()).bundleJson)).assurance).toBe('static-key');
  });

  it('does not pass for one by a managed key', async () => {
    const forger = { ...SIGNER, name: 'vault' as const };
    const forged = await signRecord(buildStatement(makeFacts(forger)), forger);
    await expect(verify(stepIn(), forged.bundleJson)).rejects.toMatchObject({
      code: 'RECORD_INVALID',
      message: 'The record names another kind of signer than the list of keys.',
    });
  });
});

describe('a keyless record', () => {
  const set = JSON.stringify((JSON.parse(ARCHIVE) as Record<string, unknown>)[ISSUER_NAME]);

  it.each([
    ['by issuer', ARCHIVE],
    ['as one set', set],
    ['with another issuer beside it', writeArchive({ [OTHER]: [ISSUER], [ISSUER_NAME]: [ISSUER] })],
  ])('holds by pinned keys, %s, and nobody is asked', async (_, pinned) => {
    const step = stepIn({ issuers: [ISSUER_NAME, OTHER], pinned });
    expect((await verify(step, (await makeKeyless()).bundleJson)).assurance).toBe('held-token');
    expect(step.asked).toEqual([]);
  });

  it.each([
    ['nothing is pinned', undefined],
    ['the pinned keys are of another issuer', writeArchive({ [OTHER]: [ISSUER] })],
  ])('is checked by what each issuer publishes where %s', async (_, pinned) => {
    const published = { [ISSUER_NAME]: set, [OTHER]: set };
    const step = stepIn({ issuers: [OTHER, ISSUER_NAME], published, ...(pinned === undefined ? {} : { pinned }) });
    expect((await verify(step, (await makeKeyless()).bundleJson)).assurance).toBe('held-token');
    expect(step.asked).toEqual([`${OTHER}/keys.json`, `${ISSUER_NAME}/keys.json`]);
  });

  it('of an issuer that is not expected is not believed, whatever that publishes', async () => {
    const step = stepIn({ issuers: [OTHER], published: { [ISSUER_NAME]: set, [OTHER]: set } });
    await expect(verify(step, (await makeKeyless()).bundleJson)).rejects.toMatchObject({ code: 'SIGNATURE_INVALID' });
    expect(step.asked).toEqual([`${OTHER}/keys.json`]);
  });

  it('is not checked where an issuer does not answer', async () => {
    const step = stepIn({ issuers: [ISSUER_NAME] });
    await expect(verify(step, (await makeKeyless()).bundleJson)).rejects.toMatchObject({
      code: 'ISSUER_KEYS_UNAVAILABLE',
    });
  });
});
