/**
 * `npm run -s release:sbom [-- BASE]`: what is in the image, as CycloneDX JSON. BASE is what the image was built on, by
 * tag and digest: the Dockerfile's own, where none is given.
 */
import { readFileSync } from 'node:fs';
import type { Lock } from './release/lock.ts';
import { makeSbom, readBase } from './release/sbom.ts';
import { ROOT } from './root.ts';

const read = (file: string): string => readFileSync(`${ROOT}${file}`, 'utf8');
const [base = readBase(read('Dockerfile')) ?? ''] = process.argv.slice(2);
const sbom = makeSbom(JSON.parse(read('package-lock.json')) as Lock, base);
process.stdout.write(`${JSON.stringify(sbom, undefined, 2)}\n`);
