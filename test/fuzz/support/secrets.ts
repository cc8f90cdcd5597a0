import { Secret } from '../../../src/secret.ts';

/** Given to the code under test as its secrets, and sent back by its servers: none may stand in a text, nor the half of one. */
export const CANARIES = {
  step: 'canary-step-token-0123456789-0123456789',
  hop: 'canary-hop-token-0123456789-0123456789',
  client: 'canary-client-secret-0123456789-0123456789',
  key: 'canary-access-key-0123456789-0123456789',
} as const;

/** The same few in every run, for a process remembers each that it made. */
export const STEP_TOKEN = new Secret(CANARIES.step);
export const HOP_TOKEN = new Secret(CANARIES.hop);
export const CLIENT_SECRET = new Secret(CANARIES.client);
export const ACCESS_KEY = new Secret(CANARIES.key);

/** For texts of which every run has another one. */
export function unremembered(text: string): Secret {
  return { reveal: () => text } as unknown as Secret;
}
