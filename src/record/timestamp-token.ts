import { DerFault, DerFields, readAll, readBits, readDer, readInteger, readOid } from '../der.ts';
import { expectTag, readOnly, readSmallInteger, readTime, TAG, type Der } from '../der.ts';
import { readExtensions } from './extensions.ts';
import { quote, refuseRecord } from './refuse.ts';
import { readAlgorithm } from './timestamp-algorithms.ts';

/** Many times what an authority sends, and nothing that costs time. */
const MAX_BYTES = 64 * 1024;
const SIGNED_DATA = '1.2.840.113549.1.7.2';
const TST_INFO = '1.2.840.113549.1.9.16.1.4';
const SHA256 = '2.16.840.1.101.3.4.2.1';
const CONTENT_TYPE = '1.2.840.113549.1.9.3';
const VERSION = 1;

const GRANTED = ['granted', 'grantedWithMods'];
/** RFC 3161 §2.4.2, by number. */
const STATUS = [...GRANTED, 'rejection', 'waiting', 'revocationWarning', 'revocationNotification'];
const FAILURES: Readonly<Record<number, string>> = {
  0: 'badAlg',
  2: 'badRequest',
  5: 'badDataFormat',
  14: 'timeNotAvailable',
  15: 'unacceptedPolicy',
  16: 'unacceptedExtension',
  17: 'addInfoNotAvailable',
  25: 'systemFailure',
};

/** What a timestamp says, and what is needed to check who says so. Nothing of it is checked yet but its shape. */
export interface TimestampToken {
  /** `genTime`, milliseconds since 1970. */
  readonly at: number;
  /** SHA-256 of what was stamped. */
  readonly imprint: Uint8Array;
  /** The octets of the INTEGER, where one was asked for. */
  readonly nonce: Uint8Array | undefined;
  /** The DER of TSTInfo. */
  readonly content: Uint8Array;
  /** DER of each certificate that came along. */
  readonly certificates: readonly Uint8Array[];
  readonly signer: SignerInfo;
}

/** RFC 5652 §5.3; algorithms and attributes by their object identifiers. */
export interface SignerInfo {
  /** Issuer and serial number, or `[0]` the subject key identifier. */
  readonly sid: Der;
  readonly digestAlgorithm: string;
  readonly signatureAlgorithm: string;
  /** The SET OF, as it was signed. */
  readonly signedBytes: Uint8Array;
  readonly attributes: ReadonlyMap<string, Der>;
  readonly signature: Uint8Array;
}

/**
 * Reads a whole TimeStampResp (RFC 3161), as a Sigstore bundle holds it.
 * @throws {PipeError} `RECORD_INVALID` for what is no DER, is no timestamp, or was not granted.
 */
export function readToken(der: Uint8Array): TimestampToken {
  if (der.length > MAX_BYTES) {
    throw refuseRecord('The timestamp is too large.', `${String(der.length)} bytes`, `at most ${String(MAX_BYTES)}`);
  }
  return orRefuse(() => {
    const response = new DerFields(readDer(der, TAG.sequence, 'TimeStampResp'), 'TimeStampResp');
    expectGranted(response.take(TAG.sequence, 'PKIStatusInfo'));
    const contentInfo = new DerFields(response.take(TAG.sequence, 'timeStampToken'), 'timeStampToken');
    response.end();
    expectOid('content type', readOid(contentInfo.take(TAG.oid, 'contentType')), SIGNED_DATA, 'CMS SignedData');
    const signedData = readOnly(contentInfo.take(TAG.context(0), 'content'), TAG.sequence, 'SignedData');
    contentInfo.end();
    return readSignedData(signedData);
  });
}

/** What the reader of DER finds, as an error of the record. */
export function orRefuse<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof DerFault)) throw error;
    throw refuseRecord('The timestamp is malformed.', error.message, 'a TimeStampResp in DER (RFC 3161)');
  }
}

function expectGranted(element: Der): void {
  const fields = new DerFields(element, 'PKIStatusInfo');
  const status = readSmallInteger(fields.take(TAG.integer, 'status'));
  const texts = fields.optional(TAG.sequence);
  const failure = fields.optional(TAG.bitString);
  fields.end();
  const word = STATUS[status] ?? `status ${String(status)}`;
  if (GRANTED.includes(word)) return;
  const words = failure
    ? readBits(failure).flatMap((set, bit) => (set ? (FAILURES[bit] ?? `bit ${String(bit)}`) : []))
    : [];
  const said = texts ? readAll(texts).map(({ value }) => quote(new TextDecoder().decode(value))) : [];
  throw refuseRecord(
    'The authority did not grant the timestamp.',
    [word, ...words, ...said].join(', '),
    GRANTED.join(' or '),
  );
}

function readSignedData(element: Der): TimestampToken {
  const fields = new DerFields(element, 'SignedData');
  readSmallInteger(fields.take(TAG.integer, 'version'));
  fields.take(TAG.set, 'digestAlgorithms');
  const encapsulated = new DerFields(fields.take(TAG.sequence, 'encapContentInfo'), 'encapContentInfo');
  const contentType = readOid(encapsulated.take(TAG.oid, 'eContentType'));
  expectOid('signed content', contentType, TST_INFO, 'TSTInfo');
  const content = readOnly(encapsulated.take(TAG.context(0), 'eContent'), TAG.octetString, 'eContent').value;
  encapsulated.end();
  const certificates = fields.optional(TAG.context(0));
  fields.optional(TAG.context(1));
  const signer = readOnly(fields.take(TAG.set, 'signerInfos'), TAG.sequence, 'SignerInfo');
  fields.end();
  return {
    ...readInfo(content),
    content,
    // Other kinds of certificates, of other tags, are of no use here.
    certificates: (certificates ? readAll(certificates) : []).flatMap(({ tag, whole }) =>
      tag === TAG.sequence ? [whole] : [],
    ),
    signer: readSigner(signer, contentType),
  };
}

function readInfo(content: Uint8Array): Pick<TimestampToken, 'at' | 'imprint' | 'nonce'> {
  const fields = new DerFields(readDer(content, TAG.sequence, 'TSTInfo'), 'TSTInfo');
  const version = readSmallInteger(fields.take(TAG.integer, 'version'));
  if (version !== VERSION) throw new DerFault(`TSTInfo is of version ${String(version)}`);
  fields.take(TAG.oid, 'policy');
  const messageImprint = new DerFields(fields.take(TAG.sequence, 'messageImprint'), 'messageImprint');
  const algorithm = readAlgorithm(messageImprint.take(TAG.sequence, 'hashAlgorithm'));
  expectOid('imprint', algorithm, SHA256, 'SHA-256');
  const imprint = messageImprint.take(TAG.octetString, 'hashedMessage').value;
  messageImprint.end();
  readInteger(fields.take(TAG.integer, 'serialNumber'));
  const at = readTime(fields.take(TAG.generalizedTime, 'genTime'));
  fields.optional(TAG.sequence);
  fields.optional(TAG.boolean);
  const nonce = fields.optional(TAG.integer);
  fields.optional(TAG.context(0));
  const extensions = fields.optional(TAG.context(1));
  fields.end();
  // Qualified authorities add a statement of theirs, which nobody has to know.
  for (const [oid, { critical }] of extensions ? readExtensions(extensions) : []) {
    if (critical) throw new DerFault(`TSTInfo has a critical extension ${oid}, which is not known`);
  }
  return { at, imprint, nonce: nonce && readInteger(nonce) };
}

function readSigner(element: Der, contentType: string): SignerInfo {
  const fields = new DerFields(element, 'SignerInfo');
  readSmallInteger(fields.take(TAG.integer, 'version'));
  const sid = fields.optional(TAG.primitive(0)) ?? fields.take(TAG.sequence, 'sid');
  const digestAlgorithm = readAlgorithm(fields.take(TAG.sequence, 'digestAlgorithm'));
  const signed = fields.take(TAG.context(0), 'signedAttrs');
  const signatureAlgorithm = readAlgorithm(fields.take(TAG.sequence, 'signatureAlgorithm'));
  const signature = fields.take(TAG.octetString, 'signature').value;
  fields.optional(TAG.context(1));
  fields.end();
  const attributes = readAttributes(signed);
  const named = attributes.get(CONTENT_TYPE);
  expectOid(
    'content-type attribute',
    named ? readOid(expectTag(named, TAG.oid, 'content-type')) : 'nothing',
    contentType,
    'TSTInfo',
  );
  // The signature is over the attributes as a SET OF, whose tag the implicit one hides (RFC 5652 §5.4).
  const signedBytes = Uint8Array.of(TAG.set, ...signed.whole.subarray(1));
  return { sid, digestAlgorithm, signatureAlgorithm, signedBytes, attributes, signature };
}

/** Each once, with one value: else readers could differ in which one they look at. */
function readAttributes(signed: Der): Map<string, Der> {
  const found = new Map<string, Der>();
  for (const attribute of readAll(signed)) {
    const fields = new DerFields(attribute, 'Attribute');
    const oid = readOid(fields.take(TAG.oid, 'attrType'));
    const [value, ...more] = readAll(fields.take(TAG.set, 'attrValues'));
    fields.end();
    if (!value || more.length > 0 || found.has(oid))
      throw new DerFault(`the attribute ${oid} does not stand there once`);
    found.set(oid, value);
  }
  return found;
}

function expectOid(what: string, got: string, wanted: string, name: string): void {
  if (got !== wanted) throw refuseRecord(`The timestamp's ${what} is of another kind.`, got, `${wanted} (${name})`);
}
