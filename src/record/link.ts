import { verify } from 'node:crypto';
import { fromStrictBase64, toBase64 } from '../digest.ts';
import type { Signer } from '../signing/types.ts';
import { encodePae } from './dsse.ts';

/** Not a statement: only a link between a deployment's `meta` and the intent that it was made from. */
const LINK_TYPE = 'application/vnd.vercel-oidc-deploy.link.v1+json';
/** Vercel's bound on a value of `meta` that we keep to; a DER signature of P-256 in base64 has up to 96 characters. */
const PART_LENGTH = 64;

/** What a deployment's `meta` says of where it came from. */
export interface Link {
  /** Names the same work of one pipeline: workspace, repository, pipeline, project, target, manifest. */
  readonly key: string;
  /** SHA-256 of the intent's payload, hex. */
  readonly intentDigest: string;
  readonly recordId: string;
}

/**
 * Signs a link with the key of the records. The intent itself is too large for `meta`, and a later run of the step has
 * no other copy of it; this is how it knows its own work from a look-alike.
 * @returns base64 in two parts, each short enough for one value.
 */
export async function signLink(link: Link, signer: Signer): Promise<readonly [string, string]> {
  const proof = toBase64(await signer.sign(encodeLink(link)));
  return [proof.slice(0, PART_LENGTH), proof.slice(PART_LENGTH)];
}

/** Whether the holder of this key signed the link. */
export function verifyLink(link: Link, proof: string, publicKeyPem: string): boolean {
  const signature = fromStrictBase64(proof);
  return signature !== undefined && verify('sha256', encodeLink(link), publicKeyPem, signature);
}

function encodeLink({ key, intentDigest, recordId }: Link): Uint8Array {
  const text = JSON.stringify({ key, intentDigest, recordId });
  return encodePae(LINK_TYPE, new TextEncoder().encode(text));
}
