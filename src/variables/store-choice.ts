import type { StoreChoice } from '../store/types.ts';
import { readSecureAddress } from './address.ts';
import { quote } from './decode.ts';

const FORMS = 's3://BUCKET[/PREFIX]?region=REGION, https://HOST/FOLDER/ or bitbucket-downloads';
const S3 = /^s3:\/\/([^/?]*)\/?([^?]*)(?:\?(.*))?$/s;
const S3_KEYS = ['region', 'role', 'endpoint'] as const;
/** 3 to 63 characters. Servers other than AWS take capitals and `_` as well. */
const BUCKET = /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/;
const OTHER_BUCKET = /^[A-Za-z0-9][A-Za-z0-9._-]{1,61}[A-Za-z0-9]$/;
const IPV4 = /^[0-9]+(?:\.[0-9]+){3}$/;
/** Other servers call theirs `auto`, or whatever they like. */
const REGION = /^[a-z]{2,4}(?:-[a-z]+)+-[0-9]{1,2}$/;
const OTHER_REGION = /^[A-Za-z0-9-]{1,64}$/;
const ROLE = /^arn:aws[a-z-]*:iam::[0-9]{12}:role\/[\w+=,.@/-]{1,576}$/;
/** S3 takes keys of 1,024 bytes; a record's name has up to 255. */
const MAX_PREFIX_BYTES = 768;

type S3Choice = Extract<StoreChoice, { readonly kind: 's3' }>;
type Query = Readonly<Partial<Record<(typeof S3_KEYS)[number], string>>>;
type Refuse = (got: string, wanted: string) => void;

/**
 * `RECORD_STORE`, read. Undefined where there is none, or none that can be used: `faults` then say why, and show neither
 * what a query holds nor a password.
 */
export function readStoreChoice(text: string | undefined, faults: string[]): StoreChoice | undefined {
  if (text === undefined) return undefined;
  if (text === 'bitbucket-downloads') return { kind: text };
  const known = faults.length;
  const refuse: Refuse = (got, wanted) => void faults.push(`RECORD_STORE: got ${got}; wanted ${wanted}.`);
  const choice = text.startsWith('s3://') ? readS3(text, refuse) : readHttps(text, refuse);
  return faults.length > known ? undefined : choice;
}

function readHttps(text: string, refuse: Refuse): StoreChoice | undefined {
  const shown = quote(text.replace(/[?#].*$/s, '?…'));
  const url = readSecureAddress(text);
  if (!url) {
    const isAddress = /^https?:/i.test(text);
    refuse(shown, isAddress ? 'an https address (http on a loopback address only)' : FORMS);
    return undefined;
  }
  if (url.username !== '' || url.password !== '') {
    refuse(shown, 'an address without user and password, which a log would show; RECORD_STORE_TOKEN opens it');
  }
  if (/[?#]/.test(text)) refuse(shown, 'a folder without query and fragment, for names are appended to it');
  else if (!text.endsWith('/')) refuse(shown, 'the address of a folder, which ends with /');
  return { kind: 'https', url: url.href };
}

function readS3(text: string, refuse: Refuse): S3Choice | undefined {
  const [, bucket = '', path = '', query = ''] = S3.exec(text) ?? [];
  const shown = quote(text.replace(/\?.*$/s, '?…'));
  const { region, role, endpoint: address } = readQuery(query, refuse);
  const endpoint = address === undefined ? undefined : readEndpoint(address, refuse);
  const isBucket = (address === undefined ? BUCKET : OTHER_BUCKET).test(bucket);
  if (!isBucket || bucket.includes('..') || IPV4.test(bucket)) {
    refuse(shown, 'the name of a bucket after s3://, 3 to 63 small letters, digits, - and single dots');
  }
  const prefix = path.replace(/\/$/, '');
  if (!isPrefix(prefix)) refuse(shown, 'a prefix of parts between single /, none of them . or .., without #');
  const isRole = role === undefined || ROLE.test(role);
  if (!isRole) refuse(`role=${quote(role)}`, 'a role as arn:aws:iam::123456789012:role/NAME');
  // STS stands in the role's region: a host is made of it.
  const isAws = address === undefined || role !== undefined;
  if (region === undefined) refuse('no region', 'region=REGION, as s3://BUCKET?region=eu-central-1');
  else if (!(isAws ? REGION : OTHER_REGION).test(region)) refuse(`region=${quote(region)}`, 'a region as eu-central-1');
  return { kind: 's3', bucket, prefix, region: region ?? '', endpoint, role };
}

/** What does not belong here is told by its name alone: it may be a secret. */
function readQuery(query: string, refuse: Refuse): Query {
  const values: { -readonly [Name in keyof Query]: string } = {};
  for (const item of query === '' ? [] : query.split('&')) {
    const [, name, text = ''] = /^([^=]*)=(.*)$/s.exec(item) ?? [];
    const key = S3_KEYS.find((known) => known === name);
    const value = decode(text);
    if (!key) {
      const got = name === undefined ? 'what is no NAME=VALUE' : `the unknown ${quote(name)}`;
      refuse(`${got} after ?`, `${S3_KEYS.join(', ')}, each as NAME=VALUE, joined by &`);
    } else if (values[key] !== undefined) refuse(`${key} twice`, `${key} once`);
    else values[key] = value;
  }
  return values;
}

function readEndpoint(text: string, refuse: Refuse): string | undefined {
  const url = readSecureAddress(text);
  const isPlain = url?.username === '' && url.password === '' && !/[?#]/.test(text);
  if (url && isPlain) return url.href.replace(/\/+$/, '');
  const wanted = 'an https address (http on a loopback address only) without user, password, query and fragment';
  refuse(`endpoint=${quote(text.replace(/[?#].*$/s, '?…'))}`, wanted);
  return undefined;
}

/** A client on the way would take `.` and `..` for places, and S3 takes `//` for a folder without a name. */
function isPrefix(prefix: string): boolean {
  if (prefix === '') return true;
  const isPlain = prefix.isWellFormed() && !/[\u0000-\u001f\u007f#]/.test(prefix);
  const fits = new TextEncoder().encode(prefix).byteLength <= MAX_PREFIX_BYTES;
  return isPlain && fits && prefix.split('/').every((part) => !['', '.', '..'].includes(part));
}

/** What no percent-encoding gives stays as it is, and fits nowhere. */
function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
