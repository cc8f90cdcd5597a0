import { expect, it } from '@jest/globals';
import { closeSigner } from '../../src/commands/signers.ts';
import { startStory, type Story } from '../../src/commands/story.ts';
import { takeBackTokens } from '../../src/commands/take-back.ts';
import type { HopOutput } from '../../src/exchange/index.ts';
import { testPlatform } from '../support/test-platform.ts';

const NO_NETWORK = { send: () => Promise.reject(new Error('nothing is sent here')) };

/** A story with a token for Vercel and one that leads to a key, and what became of them in their order. */
function scene(): {
  readonly run: Parameters<typeof takeBackTokens>[0];
  readonly story: Story;
  readonly done: string[];
} {
  const done: string[] = [];
  const lease = (name: string): HopOutput =>
    ({ hop: name, expiresAt: undefined, revoke: () => Promise.resolve(void done.push(name)) }) as unknown as HopOutput;
  const story = startStory();
  story.leases.push(lease('vercel'));
  story.keyLeases.push(lease('okta'), lease('entra'));
  story.managedSigner = { close: () => Promise.resolve(void done.push('signer')) } as unknown as NonNullable<
    Story['managedSigner']
  >;
  const run = { platform: testPlatform(NO_NETWORK as never), stop: new AbortController().signal };
  return { run, story, done };
}

it('what leads to the key of a signer outlasts the token for Vercel, until nothing is left to sign', async () => {
  const { run, story, done } = scene();
  await takeBackTokens(run, story);
  expect(done).toEqual(['vercel']);
  await closeSigner(run, story);
  expect(done).toEqual(['vercel', 'signer', 'entra', 'okta']);
});
