import type { PolicyChoice } from '../sources/types.ts';
import { readSecureAddress } from './address.ts';
import { quote } from './decode.ts';

/** Not in the schema: only a path that somebody asked for must be there. */
export const DEFAULT_POLICY = 'deploy-policy.yml';
const EXAMPLE =
  'Example: POLICY: https://policies.example.com/deploy-policy.yml#sha256=… (or a signed one, with POLICY_KEY).';

/** `POLICY` as an address; undefined where it is a path. Faults say what an address must have besides. */
export function readPolicyAddress(
  text: string | undefined,
  hasKey: boolean,
  faults: string[],
): Extract<PolicyChoice, { kind: 'https' }> | undefined {
  if (text === undefined || !/^[a-z][a-z0-9+.-]*:\/\//i.test(text)) return undefined;
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const secure = readSecureAddress(text) !== undefined;
  const shown = quote(url ? `${url.protocol}//${url.host}${url.pathname}${url.hash}` : text);
  const refuse = (wanted: string): void => void faults.push(`POLICY: got ${shown}; wanted ${wanted}. ${EXAMPLE}`);
  if (!url || !secure) {
    refuse('an https address (http on a loopback address only)');
    return undefined;
  }
  if (url.username !== '' || url.password !== '')
    refuse('an address without user and password, which a log would show');
  const pins = readPins(url.hash);
  if (!pins) refuse('nothing after # but sha256=<64 hex digits> or serial=<number>, joined by &');
  else if (pins.sha256 === undefined && !hasKey) refuse('#sha256=<hex>, or POLICY_KEY and a signed policy');
  else if (pins.minSerial !== undefined && !hasKey) refuse('POLICY_KEY beside #serial: only a signed policy has one');
  url.hash = '';
  return { kind: 'https', url: url.href, sha256: pins?.sha256, minSerial: pins?.minSerial };
}

interface Pins {
  readonly sha256?: string;
  readonly minSerial?: number;
}

/** Undefined for anything but what we know: a pin that is misspelt must not be one that is not there. */
function readPins(hash: string): Pins | undefined {
  if (hash === '') return {};
  let pins: Pins = {};
  for (const item of hash.slice(1).split('&')) {
    const sha256 = /^sha256=([0-9a-f]{64})$/i.exec(item)?.[1]?.toLowerCase();
    const serial = /^serial=([1-9][0-9]{0,14})$/.exec(item)?.[1];
    if (sha256 !== undefined && pins.sha256 === undefined) pins = { ...pins, sha256 };
    else if (serial !== undefined && pins.minSerial === undefined) pins = { ...pins, minSerial: Number(serial) };
    else return undefined;
  }
  return pins;
}
