import { Secret } from '../secret.ts';
import { unusableKey } from './unusable-key.ts';

/** The text of a key as what it is. `text` is the JSON, or a PEM with its line breaks restored. */
export interface KeyText {
  readonly form: 'jwk' | 'pem';
  readonly text: Secret;
}

const PEM_BLOCK = /-----BEGIN ([A-Z0-9 ]{1,40})-----(.*?)-----END \1-----/gs;
const BASE64 = /^[A-Za-z0-9+/_-]+={0,2}$/;
const READABLE_LABELS = ['PRIVATE KEY', 'EC PRIVATE KEY'];

/**
 * Finds the key in the value of a variable: JWK or PEM, as it is or in base64, whose line breaks a shell may have
 * turned into `\n` or spaces.
 * @throws {PipeError} `SIGNING_KEY_INVALID`; it names the kind of text, never the text.
 */
export function readKeyText(value: Secret): KeyText {
  const plain = recognize(value.reveal());
  if (plain) return plain;

  const packed = value.reveal().replace(/\s|\\[nr]/g, '');
  if (packed === '') throw unusableKey('an empty text');
  if (!BASE64.test(packed)) throw unusableKey('text that is neither a JWK, a PEM nor base64');
  const unpacked = recognize(Buffer.from(packed, 'base64').toString('utf8'));
  if (!unpacked) throw unusableKey('base64 of something else');
  return unpacked;
}

/** Undefined for what is neither JSON nor PEM by its looks. What was unpacked becomes a secret of its own. */
function recognize(text: string): KeyText | undefined {
  const trimmed = text.trim();
  if (trimmed.startsWith('{')) return { form: 'jwk', text: new Secret(trimmed) };
  if (text.includes('-----BEGIN ')) return { form: 'pem', text: new Secret(restorePem(text)) };
  return undefined;
}

/** One private key, line by line. `openssl ecparam -genkey` writes the curve's parameters before it; they say nothing new. */
function restorePem(text: string): string {
  const blocks = [...text.replace(/\\[nr]/g, '\n').matchAll(PEM_BLOCK)]
    .map(([, label = '', body = '']) => ({ label, body: body.replace(/\s/g, '') }))
    .filter(({ label }) => label !== 'EC PARAMETERS');
  const [block, ...others] = blocks;
  if (!block) throw unusableKey('a PEM that is cut off: it has no END line that fits its BEGIN line');
  if (others.length > 0) throw unusableKey(`${String(blocks.length)} PEM blocks`);

  const { label, body } = block;
  // The older kind of encryption leaves the label as it is and adds header lines.
  if (label === 'ENCRYPTED PRIVATE KEY' || body.startsWith('Proc-Type:')) throw unusableKey('an encrypted private key');
  if (label === 'PUBLIC KEY') throw unusableKey('a public key');
  if (!READABLE_LABELS.includes(label)) throw unusableKey(`a PEM with label '${label}'`);
  const lines = body.match(/.{1,64}/g) ?? [];
  return [`-----BEGIN ${label}-----`, ...lines, `-----END ${label}-----`, ''].join('\n');
}
