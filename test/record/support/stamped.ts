import { createHash } from 'node:crypto';
import { ROOT, makeStamp } from './timestamps.ts';
import { toPem } from '../../../src/sandbox/tsa/certificate.ts';

/** What `--tsa` is given. */
export const TSA_PEM = toPem(ROOT.certificate);

/** An authority whose clock stands still. */
export function stampAt(at: number): (signature: Uint8Array) => Promise<Uint8Array> {
  return (signature) =>
    Promise.resolve(makeStamp({ info: { imprint: createHash('sha256').update(signature).digest(), at } }));
}
