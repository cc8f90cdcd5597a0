import { DerFault, DerFields, readAll, readOid, TAG, type Der } from '../der.ts';

export interface Extension {
  readonly critical: boolean;
  /** DER of the extension's own structure. */
  readonly value: Uint8Array;
}

const TRUE = 0xff;

/** X.509's Extensions by their object identifiers, each once. */
export function readExtensions(extensions: Der): ReadonlyMap<string, Extension> {
  const found = new Map<string, Extension>();
  for (const element of readAll(extensions)) {
    const fields = new DerFields(element, 'Extension');
    const oid = readOid(fields.take(TAG.oid, 'extnID'));
    const critical = fields.optional(TAG.boolean)?.value[0] === TRUE;
    const { value } = fields.take(TAG.octetString, 'extnValue');
    fields.end();
    if (found.has(oid)) throw new DerFault(`the extension ${oid} stands there twice`);
    found.set(oid, { critical, value });
  }
  return found;
}
