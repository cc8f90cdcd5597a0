import { lstatSync, readFileSync } from 'node:fs';
import type { Breach, Ran } from './types.ts';
import type { World } from './world.ts';

/** Shorter than that, a text may stand somewhere by chance. */
const MIN_LENGTH = 12;
const SECRET_VARIABLES = [
  'SIGNING_KEY',
  'BITBUCKET_ACCESS_TOKEN',
  'RECORD_STORE_TOKEN',
  'RECORD_STORE_SECRET_ACCESS_KEY',
  'BITBUCKET_STEP_OIDC_TOKEN',
  'PIPELINES_JWT_TOKEN',
];

/** Looks for everything that opens something in everything that the run has written or sent for others to read. */
export function checkSecrets(world: World, { environment, tokens, log, changed, made }: Ran): Breach[] {
  const { bitbucket, vercel } = world.served.sandbox;
  const secrets = new Map<string, string>([['the user token', vercel.classicToken]]);
  for (const [index, { value }] of tokens.entries()) secrets.set(`access token ${String(index)}`, value);
  for (const name of SECRET_VARIABLES) {
    const value = environment[name] ?? '';
    secrets.set(name, value);
    if (name === 'SIGNING_KEY') secrets.set('the lines of SIGNING_KEY', keyLine(value));
    // Without its signature nobody can use it.
    if (name.endsWith('OIDC_TOKEN')) secrets.set(`the signature of ${name}`, value.split('.')[2] ?? '');
  }
  const places = new Map<string, string>([['the log', log]]);
  for (const path of changed) {
    const real = `${world.root}/${path}`;
    // A run that was killed may leave a folder; what is in it is named, too.
    if (/^(?:clone|tmp)\/.*(?<! \(gone\))$/.test(path) && lstatSync(real).isFile())
      places.set(path, readFileSync(real, 'latin1'));
  }
  places.set('meta', JSON.stringify(made.map(({ meta, body }) => [meta, body])));
  places.set('reports', JSON.stringify([bitbucket.reports, bitbucket.statuses, bitbucket.comments]));
  const breaches: Breach[] = [];
  for (const [name, secret] of secrets) {
    if (secret.length < MIN_LENGTH) continue;
    for (const [place, text] of places) {
      if (text.includes(secret)) breaches.push({ invariant: 'SECRET', words: `${name} stands in ${place}` });
    }
  }
  return breaches;
}

/** The first line of the key itself, as a PEM without its wrapping would show it. */
function keyLine(base64: string): string {
  return Buffer.from(base64, 'base64').toString('latin1').split('\n')[1] ?? '';
}
