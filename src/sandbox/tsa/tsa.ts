import { collect } from '../body.ts';
import { Refusal, type Reply } from '../reply.ts';
import type { Call, Route } from '../router.ts';
import { makeHolder, TIME_STAMPING, toPem, type Holder } from './certificate.ts';
import { readQuery } from './query.ts';
import { attributesOf, encodeGranted, encodeInfo, encodeRejection, encodeToken } from './token.ts';

export interface TsaOptions {
  /** Its origin. */
  readonly url: string;
  /** Milliseconds since 1970; what it writes into a timestamp, in whole seconds. */
  readonly now: () => number;
}

export interface TsaSandbox {
  /** Where it answers: the value of `TIMESTAMP_URL`. */
  readonly url: string;
  /** PEM of the root, for `--tsa`. */
  readonly rootPem: string;
  /** PEM of all its certificates, its own first and the root last, as some libraries want them. */
  readonly chainPem: string;
}

const PATH = '/timestamp';
const MAX_QUERY_BYTES = 4096;
const YEAR_MS = 365 * 86_400_000;

/** A timestamp authority (RFC 3161 over HTTP): a root, an authority below it, and the certificate that signs. */
export function createTsa({ url, now }: TsaOptions): { readonly tsa: TsaSandbox; readonly routes: readonly Route[] } {
  const { root, intermediate, signer } = makeChain(now());
  const certificates = [signer.certificate, intermediate.certificate];
  let serial = 0;

  async function handle({ request, body }: Call): Promise<Reply> {
    const type = request.headers.get('content-type') ?? 'none';
    if (type !== 'application/timestamp-query') {
      throw plain(415, `Content-Type must be application/timestamp-query, got ${type}.`);
    }
    const bytes = await collect(body, MAX_QUERY_BYTES);
    if (!bytes) throw plain(413, 'The request is too large.');
    const query = readQuery(bytes);
    if ('bit' in query) return stamped(encodeRejection(query.bit, query.text));
    // Whole seconds: of fractions, @sigstore/core reads those of three digits only, and DER cuts zeros off.
    const at = Math.floor(now() / 1000) * 1000;
    const info = encodeInfo({ ...query, serial: (serial += 1), at });
    return stamped(encodeGranted(encodeToken(info, signer, certificates, attributesOf(info, signer))));
  }

  const chainPem = [...certificates, root.certificate].map(toPem).join('');
  return {
    tsa: { url: `${url}${PATH}`, rootPem: toPem(root.certificate), chainPem },
    routes: [{ method: 'POST', path: PATH, origins: [new URL(url).origin], query: [], handle }],
  };
}

function makeChain(now: number): Record<'root' | 'intermediate' | 'signer', Holder> {
  const validity = { notBefore: now - YEAR_MS, notAfter: now + 10 * YEAR_MS };
  const root = makeHolder({ subject: 'Sandbox Root', ...validity, ca: {} });
  const intermediate = makeHolder({ subject: 'Sandbox CA', issuer: root, ...validity, ca: { pathLength: 0 } });
  const usage = { critical: true, purposes: [TIME_STAMPING] };
  return {
    root,
    intermediate,
    signer: makeHolder({ subject: 'Sandbox TSA', issuer: intermediate, ...validity, usage }),
  };
}

function stamped(body: Buffer): Reply {
  return { status: 200, headers: { 'content-type': 'application/timestamp-reply' }, body };
}

function plain(status: number, text: string): Refusal {
  return new Refusal({ status, headers: { 'content-type': 'text/plain' }, body: text }, text);
}
