/** A process of `npm run bench:audit` that signs its share of the records, and writes them. */
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { Digests, inOrder } from '../histories/wire/write-records.ts';
import { signSeen } from '../histories/wire/sign.ts';
import { folderOf, folderOfRecord, makePopulation, openKeys, partOf, type Renamed } from './audit-population.ts';

const [seed = 0, deployments = 0, part = 0, parts = 1] = process.argv.slice(2).map(Number);
const SOME = 2000;

const population = { seed, deployments };
const folder = folderOf(population);
const keys = await openKeys(folder);
const { records, scope } = makePopulation(population);
const own = inOrder(records.filter(({ facts }) => partOf(facts.recordId, parts) === part));
const digests = new Digests();
const renamed: Renamed[] = [];
const made = new Set<string>();
for (const [index, record] of own.entries()) {
  const facts = digests.renameLine(record.facts, keys.issuer.url);
  const written = await signSeen({ ...record, facts }, keys);
  digests.note(record, written);
  if (facts.phase === 'intent') renamed.push({ from: record.payloadDigest, to: written.payloadDigest });
  const path = `${folder}/${folderOfRecord(facts.startedAt, scope.until)}/${spread(record.file)}`;
  if (!made.has(dirname(path))) await mkdir(dirname(path), { recursive: true });
  made.add(dirname(path));
  await writeFile(path, written.bundleJson);
  if (index % SOME === 0)
    process.stderr.write(`  signer ${String(part + 1)}: ${String(index)} of ${String(own.length)}\n`);
}
await writeFile(`${folder}/tsa-${String(part)}.pem`, keys.trust.tsa);
await writeFile(`${folder}/renamed-${String(part)}.json`, JSON.stringify(renamed));

/** A folder for each day. */
function spread(file: string): string {
  const [month = '', name = file] = file.split('/');
  return `${month}/${name.slice(0, 8)}/${name}`;
}
