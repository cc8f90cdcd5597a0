import type { Credential } from '../exchange/types.ts';
import type { Grant } from '../policy/types.ts';
import { announceStart } from './announce.ts';
import { askBitbucket, type Asked } from './ask-bitbucket.ts';
import { authorize, identify } from './authorize.ts';
import { obtainCredential } from './credential.ts';
import type { Who } from './prepare.ts';
import { together, type Run } from './run.ts';
import { openSigner } from './signers.ts';
import type { Story } from './story.ts';

/** What a step has when it may act. */
export interface Access {
  readonly grant: Grant;
  readonly credential: Credential;
  /** Bitbucket may still be answering; what it says belongs in the intent. */
  readonly asked: Asked;
}

/** Who acts, by which grant, with which credential and under whose signature: one order for a deploy and every other act. */
export async function gainAccess(run: Run, story: Story, who: Who): Promise<Access> {
  const identity = await identify(run, who.expected, who.keys);
  story.identity = identity;
  const asked = askBitbucket(run, story, identity);
  announceStart(run, story, asked);
  const grant = await authorize(run, story, identity, asked);
  story.grant = grant;
  // Side by side: neither needs the other, and both must have ended before the run can.
  const [credential] = await together([
    obtainCredential(run, story, grant),
    openSigner(run, story, grant, who.keySigner),
  ]);
  return { grant, credential, asked };
}
