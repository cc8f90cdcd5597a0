import { DerFields, readOid, TAG, type Der } from '../der.ts';

/** SHA-2 by the object identifiers of digests; nothing older is taken. */
export const DIGESTS: Readonly<Record<string, string>> = {
  '2.16.840.1.101.3.4.2.1': 'sha256',
  '2.16.840.1.101.3.4.2.2': 'sha384',
  '2.16.840.1.101.3.4.2.3': 'sha512',
};

/** RFC 5754: the plain key type, which leaves the hash to `digestAlgorithm`. */
export const RSA = '1.2.840.113549.1.1.1';

export interface SignatureAlgorithm {
  readonly hash: string;
  readonly keyType: 'rsa' | 'ec';
}

/** PKCS #1 v1.5 and ECDSA with SHA-2. */
export const SIGNATURES: Readonly<Record<string, SignatureAlgorithm>> = {
  '1.2.840.113549.1.1.11': { hash: 'sha256', keyType: 'rsa' },
  '1.2.840.113549.1.1.12': { hash: 'sha384', keyType: 'rsa' },
  '1.2.840.113549.1.1.13': { hash: 'sha512', keyType: 'rsa' },
  '1.2.840.10045.4.3.2': { hash: 'sha256', keyType: 'ec' },
  '1.2.840.10045.4.3.3': { hash: 'sha384', keyType: 'ec' },
  '1.2.840.10045.4.3.4': { hash: 'sha512', keyType: 'ec' },
};

/** The object identifier of an AlgorithmIdentifier; of those in use here, none has parameters that matter. */
export function readAlgorithm(element: Der): string {
  return readOid(new DerFields(element, 'AlgorithmIdentifier').take(TAG.oid, 'algorithm'));
}
