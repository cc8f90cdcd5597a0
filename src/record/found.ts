import type { Envelope } from './bundle.ts';
import type { Statement, VerifiedRecord } from './types.ts';

type Timestamp = VerifiedRecord['timestamp'];

export function describeTimestamp({ timestamp: der }: Envelope, timestamp: Timestamp): string {
  if (timestamp) return `${new Date(timestamp.at).toISOString()}, by ${timestamp.authority}`;
  return der ? 'there, and not checked: no authority is trusted' : 'none';
}

export function describeManifest({ predicate }: Statement, text: string | undefined): string {
  if (!predicate.manifest) return 'none in this record';
  return text === undefined ? 'not given, not checked' : 'the one that the record names';
}

export function describeIntent(
  { predicate }: Statement,
  intent: { readonly timestamp: Timestamp } | undefined,
): string {
  if (predicate.phase === 'intent') return 'this is one';
  if (!predicate.intent) return 'none: the run ended before it';
  if (!intent) return 'not given, not checked';
  const time = intent.timestamp ? `, timestamp ${new Date(intent.timestamp.at).toISOString()}` : '';
  return `the one that the record names, by the same key${time}`;
}
