/**
 * The least that any audit of these folders does: each file below them is read, hashed and parsed, and so is its payload.
 * How long that takes says how fast the machine is at this moment.
 */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';

interface Bundle {
  readonly dsseEnvelope: { readonly payload: string };
}

let statements = 0;
for (const folder of process.argv.slice(2)) {
  for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
    if (!name.endsWith('.sigstore.json')) continue;
    const bytes = readFileSync(`${folder}/${name}`);
    createHash('sha256').update(bytes).digest('hex');
    const { payload } = (JSON.parse(bytes.toString()) as Bundle).dsseEnvelope;
    if (typeof JSON.parse(Buffer.from(payload, 'base64').toString()) === 'object') statements += 1;
  }
}
if (statements === 0) throw new Error('there are no records');
