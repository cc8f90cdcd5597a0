import {
  compactVerify,
  decodeProtectedHeader,
  exportSPKI,
  importJWK,
  importSPKI,
  type CompactVerifyResult,
} from 'jose';
import { fromStrictBase64, sha256Hex } from '../digest.ts';
import { PipeError } from '../errors.ts';
import { show } from '../text.ts';

const TYPE = 'deploy-policy+jws';
const ALGORITHM = 'ES256';

/** Whose signature a policy must bear. */
export interface PolicyKey {
  readonly key: Exclude<Awaited<ReturnType<typeof importJWK>>, Uint8Array>;
  /** Of its SPKI in DER, hex: the `kid` of what it signs. */
  readonly spkiSha256: string;
}

/**
 * `POLICY_KEY`: a public P-256 key as PEM or JWK, plain or in base64.
 * @throws {PipeError} `VARIABLES_INVALID`.
 */
export async function readPolicyKey(text: string): Promise<PolicyKey> {
  const plain = /^\s*(?:\{|-----BEGIN )/.test(text) ? text.trim() : Buffer.from(text, 'base64').toString('utf8').trim();
  try {
    const key = plain.startsWith('{') ? await importPublicJwk(plain) : await importSPKI(plain, ALGORITHM, EXPORTABLE);
    const der = fromStrictBase64((await exportSPKI(key)).replace(/-----[^-]+-----|\s/g, ''));
    if (der) return { key, spkiSha256: sha256Hex(der) };
  } catch {
    // Told below; the library's words may quote the value, which may be the wrong half.
  }
  throw new PipeError({
    code: 'VARIABLES_INVALID',
    message: 'POLICY_KEY is not a key that a signed policy can be checked with. Nothing was sent.',
    got: /PRIVATE KEY|"d"\s*:/.test(plain) ? 'a private key, which belongs nowhere near a pipeline' : 'another text',
    wanted: 'a public P-256 key as PEM (-----BEGIN PUBLIC KEY-----) or JWK, plain or in base64',
    fix: 'Make it from the private key: openssl pkey -in policy-key.pem -pubout | base64 -w0',
  });
}

const EXPORTABLE = { extractable: true } as const;

async function importPublicJwk(text: string): Promise<PolicyKey['key']> {
  const jwk = JSON.parse(text) as Record<string, unknown>;
  if ('d' in jwk) throw new Error('a private key');
  const { kty, crv, x, y } = jwk as Record<string, string>;
  const key = await importJWK({ kty, crv, x, y } as { kty: string }, ALGORITHM, EXPORTABLE);
  if (key instanceof Uint8Array) throw new Error('a symmetric key');
  return key;
}

/**
 * Opens a signed policy: a compact JWS, ES256, with `typ` and a whole positive `serial` in its protected header. The
 * algorithm is ours, whatever the header says, and no key that it names or holds is looked at.
 * @throws {PipeError} `SIGNATURE_INVALID`.
 */
export async function openSigned(
  bytes: Uint8Array,
  trusted: PolicyKey,
  { where, minSerial = 1 }: { readonly where: string; readonly minSerial?: number | undefined },
): Promise<{ readonly payload: Uint8Array; readonly serial: number }> {
  const refuse = (problem: string, got: string, wanted: string): PipeError => refuseSigned(where, problem, got, wanted);
  const jws = new TextDecoder().decode(bytes).trim();
  const { payload, protectedHeader } = await verifySigned(jws, trusted, refuse);
  const { typ, serial, crit } = protectedHeader as Readonly<Partial<Record<'typ' | 'serial' | 'crit', unknown>>>;
  // The library knows one extension (RFC 7797), by which a second text would have the same meaning.
  if (crit !== undefined) throw refuse('needs an extension', `crit ${show(crit)}`, 'none');
  if (typ !== TYPE) throw refuse('is signed for another use', `typ ${show(typ)}`, `typ "${TYPE}"`);
  if (!Number.isSafeInteger(serial) || Number(serial) < 1) {
    throw refuse('has no serial', `serial ${show(serial)}`, 'a whole positive number');
  }
  if (Number(serial) < minSerial) {
    throw refuse('is an old one', `serial ${String(serial)}`, `at least ${String(minSerial)}, as POLICY says`);
  }
  return { payload, serial: Number(serial) };
}

async function verifySigned(
  jws: string,
  { key, spkiSha256 }: PolicyKey,
  refuse: (problem: string, got: string, wanted: string) => PipeError,
): Promise<CompactVerifyResult> {
  const parts = jws.split('.');
  // The library reads over white space in a signature, and over its last bits: one policy would have many texts.
  if (parts.length !== 3 || !isBase64url(parts[2] ?? '')) {
    throw refuse('is not signed, and POLICY_KEY says that it must be', 'no compact JWS', 'what `policy sign` writes');
  }
  try {
    return await compactVerify(jws, key, { algorithms: [ALGORITHM] });
  } catch {
    const { alg, kid, crit } = readHeader(jws);
    const got = `alg ${show(alg)}, kid ${show(kid)}${crit === undefined ? '' : `, crit ${show(crit)}`}`;
    throw refuse('is not signed by POLICY_KEY', got, `a signature, alg "${ALGORITHM}", by the key ${spkiSha256}`);
  }
}

function isBase64url(text: string): boolean {
  return Buffer.from(text, 'base64url').toString('base64url') === text;
}

/** For the message alone. */
function readHeader(jws: string): { readonly alg?: unknown; readonly kid?: unknown; readonly crit?: unknown } {
  try {
    return decodeProtectedHeader(jws);
  } catch {
    return {};
  }
}

function refuseSigned(where: string, problem: string, got: string, wanted: string): PipeError {
  return new PipeError({
    code: 'SIGNATURE_INVALID',
    message: `The policy at ${where} ${problem}.`,
    got,
    wanted,
    fix: 'Let the owner of the policy sign it with the key that POLICY_KEY names: vercel-oidc-deploy policy sign.',
  });
}
