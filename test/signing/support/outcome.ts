import { PipeError } from '../../../src/errors.ts';
import type { ManagedSigner } from '../../../src/signing/index.ts';
import type { Body, Step } from './counterparts/index.ts';
import type { SignerWorld, Tamper } from './signer-world.ts';

export const DATA = new TextEncoder().encode('DSSEv1 28 application/vnd.in-toto+json 2 {}');

/** Opens the key and signs once. */
export async function outcomeOf(
  world: SignerWorld,
): Promise<{ readonly signer: ManagedSigner; readonly signature: Uint8Array }> {
  const signer = await world.open();
  return { signer, signature: await signer.sign(DATA) };
}

/** The error of what must fail, which is one of ours. */
export async function refusalOf(work: Promise<unknown>): Promise<PipeError> {
  try {
    await work;
  } catch (error) {
    if (error instanceof PipeError) return error;
    throw error;
  }
  throw new Error('it passed');
}

/** The honest answer to one step, changed. */
export function tamperBody(step: Step, change: (body: Body) => Body): Tamper {
  return async (at, honest) => {
    const answer = await honest();
    return at === step ? { ...answer, body: JSON.stringify(change(JSON.parse(answer.body) as Body)) } : answer;
  };
}
