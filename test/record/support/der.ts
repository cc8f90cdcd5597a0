import { sign, type KeyObject } from 'node:crypto';
import { ECDSA_SHA256, type Holder } from '../../../src/sandbox/tsa/certificate.ts';
import { bitString, readElements, tlv } from '../../../src/sandbox/tsa/der.ts';

export type Edit = (parts: readonly Buffer[]) => readonly Uint8Array[];

/** Where structures stand in a TimeStampResp: by how many elements come before, from the outside in. */
export const IN_RESPONSE = {
  response: [],
  status: [0],
  contentInfo: [1],
  signedData: [1, 1, 0],
  encapsulated: [1, 1, 0, 2],
  certificates: [1, 1, 0, 3],
  signer: [1, 1, 0, 4, 0],
} as const;

/** The extensions of a certificate that {@link recertify} changes. */
export const IN_TBS = { extensions: [7, 0] } as const;

/** DER with the elements inside of one changed, and all lengths around it written anew. */
export function editDer(der: Uint8Array, path: readonly number[], edit: Edit): Buffer {
  const { tag = 0, value = Buffer.alloc(0) } = readElements(Buffer.from(der))?.[0] ?? {};
  const parts = (readElements(value) ?? []).map((part) => tlv(part.tag, part.value));
  const [at, ...rest] = path;
  if (at === undefined) return tlv(tag, ...edit(parts));
  const part = parts[at];
  if (!part) throw new Error(`no element ${String(at)} inside of 0x${tag.toString(16)}`);
  return tlv(tag, ...parts.with(at, editDer(part, rest, edit)));
}

/** The part at a place, and in its place another. */
export const replacePart =
  (at: number, part: Uint8Array): Edit =>
  (parts) =>
    (parts as readonly Uint8Array[]).with(at, part);

export const addPart =
  (part: Uint8Array): Edit =>
  (parts) => [...parts, part];

/** A certificate changed and signed again; what is not said stays, its key too. */
export function recertify(
  holder: Holder,
  by: KeyObject,
  change: (tbs: Buffer) => Buffer,
  { hash = 'sha256', algorithm = ECDSA_SHA256 } = {},
): Holder {
  const certificate = editDer(holder.certificate, [], ([tbs = Buffer.alloc(0)]) => {
    const changed = change(editDer(tbs, [], replacePart(2, algorithm)));
    return [changed, algorithm, bitString(sign(hash, changed, by))];
  });
  return { ...holder, certificate };
}
