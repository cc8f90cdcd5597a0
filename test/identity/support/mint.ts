import { constants, createHmac, generateKeyPairSync, sign, type KeyObject } from 'node:crypto';

type Fields = Readonly<Record<string, unknown>>;

export interface Overrides {
  /** Merged over the header; `undefined` leaves a field out. */
  readonly header?: Fields;
  /** Merged over the claims of a good token, which a function is given. */
  readonly claims?: Fields | ((good: Fields) => Fields);
  readonly remove?: readonly string[];
  /**
   * `hmac`: HS256 with the issuer's public key as its secret, the classic confusion. `pss`: the issuer's key, with the
   * padding of PS256. `none`: an empty signature.
   */
  readonly key?: 'issuer' | 'other' | 'hmac' | 'pss' | 'none';
}

export type Mint = (overrides?: Overrides) => Promise<string>;

export interface MintOptions {
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
  readonly kid: string;
  /** The claims of a good token, with `iat` and `exp` for the present. */
  readonly claims: () => Fields;
}

const other = generateKeyPairSync('rsa', { modulusLength: 2048 });
/** The public key that belongs to `key: 'other'`: an attacker's token may bring it along. */
export const OTHER_JWK = other.publicKey.export({ format: 'jwk' });
/** The same as a certificate's key, base64 DER. */
export const OTHER_DER = other.publicKey.export({ type: 'spki', format: 'der' }).toString('base64');

/** Signs tokens as Bitbucket does (RS256, compact), or wrongly on request. */
export function createMint(options: MintOptions): Mint {
  return ({ header = {}, claims = {}, remove = [], key = 'issuer' } = {}) => {
    const good = options.claims();
    const changed = { ...good, ...(typeof claims === 'function' ? claims(good) : claims) };
    const kept = Object.fromEntries(Object.entries(changed).filter(([name]) => !remove.includes(name)));
    const input = `${encode({ alg: 'RS256', typ: 'JWT', kid: options.kid, ...header })}.${encode(kept)}`;
    return Promise.resolve(`${input}.${signInput(input, key, options)}`);
  };
}

export function encode(value: unknown): string {
  return Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url');
}

function signInput(input: string, key: NonNullable<Overrides['key']>, options: MintOptions): string {
  switch (key) {
    case 'none':
      return '';
    case 'hmac': {
      const secret = options.publicKey.export({ type: 'spki', format: 'pem' });
      return createHmac('sha256', secret).update(input).digest('base64url');
    }
    case 'pss': {
      const padded = { key: options.privateKey, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 };
      return sign('sha256', Buffer.from(input), padded).toString('base64url');
    }
    case 'issuer':
    case 'other':
      return sign('sha256', Buffer.from(input), key === 'issuer' ? options.privateKey : other.privateKey).toString(
        'base64url',
      );
  }
}
