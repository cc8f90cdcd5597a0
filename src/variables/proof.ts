import { Secret } from '../secret.ts';
import type { StoreChoice } from '../store/types.ts';
import { readStoreChoice } from './store-choice.ts';
import type { Config } from './types.ts';

export type Proof = Pick<Config, 'signer' | 'signingKey' | 'timestampUrl' | 'store' | 'storeSecrets'>;
type Texts = Readonly<Record<string, string | undefined>>;

const KEY_ID = 'RECORD_STORE_ACCESS_KEY_ID';
const KEY_SECRET = 'RECORD_STORE_SECRET_ACCESS_KEY';
const NO_KEYS = 'RECORD_STORE is no s3://… without role=';

/** What signs, dates and keeps the record. `faulty` are variables that have a fault already, and so need no second one. */
export function readProof(
  values: Readonly<Record<string, unknown>>,
  faulty: ReadonlySet<string | undefined>,
  faults: string[],
): Proof {
  const texts: Texts = Object.fromEntries(
    Object.entries(values).map(([name, value]) => [name, typeof value === 'string' ? value : undefined]),
  );
  const known = faults.length;
  const store = readStoreChoice(texts['RECORD_STORE'], faults);
  const found = findSignerFaults(texts);
  // What belongs to a store cannot be judged by one that is not known.
  if (!faulty.has('RECORD_STORE') && faults.length === known) found.push(...findStoreFaults(store, texts));
  faults.push(...found.filter((fault) => !faulty.has(fault.split(':', 1)[0])));
  const { [KEY_ID]: accessKeyId = '', [KEY_SECRET]: secretAccessKey } = texts;
  return {
    signer: texts['SIGNER'] as Config['signer'],
    signingKey: toSecret(texts['SIGNING_KEY']),
    timestampUrl: texts['TIMESTAMP_URL'],
    store,
    storeSecrets: {
      token: toSecret(texts['RECORD_STORE_TOKEN']),
      keys: secretAccessKey === undefined ? undefined : { accessKeyId, secretAccessKey: new Secret(secretAccessKey) },
    },
  };
}

function findSignerFaults({ SIGNER: signer, SIGNING_KEY: key }: Texts): string[] {
  if (signer !== 'key' || key !== undefined) return [];
  return ['SIGNER: got "key", and there is no SIGNING_KEY; wanted both. Set SIGNING_KEY, or remove SIGNER.'];
}

/** Secrets that a store needs and lacks, and those that no store would use: most often it is another one than was meant. */
function findStoreFaults(store: StoreChoice | undefined, texts: Texts): readonly string[] {
  const needs = store?.kind === 's3' && store.role === undefined;
  const keys = [KEY_ID, KEY_SECRET].flatMap((name) => {
    const isGiven = texts[name] !== undefined;
    if (needs && !isGiven) return [`${name}: missing; wanted for RECORD_STORE s3://… without role=.`];
    return !needs && isGiven ? [`${name}: given, but ${NO_KEYS}. Remove one of them.`] : [];
  });
  const token =
    texts['RECORD_STORE_TOKEN'] !== undefined && store?.kind !== 'https'
      ? ['RECORD_STORE_TOKEN: given, but RECORD_STORE is no https://…/. Remove one of them.']
      : [];
  const downloads =
    store?.kind === 'bitbucket-downloads' && texts['BITBUCKET_ACCESS_TOKEN'] === undefined
      ? ['BITBUCKET_ACCESS_TOKEN: missing; wanted for RECORD_STORE bitbucket-downloads, which is written with it.']
      : [];
  return [...keys, ...token, ...downloads];
}

function toSecret(text: string | undefined): Secret | undefined {
  return text === undefined ? undefined : new Secret(text);
}
