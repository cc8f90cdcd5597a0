import { listNeeds, listRuntime, type Lock, type Package } from './lock.ts';

/** CycloneDX 1.5. Without a time and a serial number: the same commit gives the same list. */
export interface Sbom {
  readonly bomFormat: 'CycloneDX';
  readonly specVersion: '1.5';
  readonly version: 1;
  readonly metadata: { readonly component: Component };
  readonly components: readonly Component[];
  readonly dependencies: readonly { readonly ref: string; readonly dependsOn: readonly string[] }[];
}

interface Component {
  readonly type: 'container' | 'library';
  readonly 'bom-ref': string;
  readonly name: string;
  readonly version: string;
  readonly purl?: string;
  readonly description?: string;
  readonly licenses?: readonly { readonly expression: string }[];
  readonly hashes?: readonly { readonly alg: string; readonly content: string }[];
}

/** An image by name, tag and digest. */
const IMAGE = /^(?:[\w.-]+(?::\d+)?\/)*([\w.-]+):([\w.-]+)@(sha256:([0-9a-f]{64}))$/;

/** The base that the Dockerfile names where no other is given. */
export function readBase(dockerfile: string): string | undefined {
  return /^ARG NODE=(\S+)$/m.exec(dockerfile)?.[1];
}

/**
 * What is in the image: the runtime packages of the lock file (the program is made of them, and has no more), and the
 * base, which gives Node and the libraries that it loads.
 * @throws {Error} where the base is not named by tag and digest: then nobody could say what it was.
 */
export function makeSbom(lock: Lock, base: string): Sbom {
  const { version = '' } = lock.packages[''] ?? {};
  const root = `vercel-oidc-deploy@${version}`;
  const packages = listRuntime(lock);
  const from = describeBase(base);
  return {
    bomFormat: 'CycloneDX',
    specVersion: '1.5',
    version: 1,
    metadata: {
      component: {
        type: 'container',
        'bom-ref': root,
        name: 'vercel-oidc-deploy',
        version,
        licenses: [{ expression: 'Apache-2.0' }],
      },
    },
    components: [...packages.map(describePackage), from],
    dependencies: [
      { ref: root, dependsOn: [...listNeeds(lock.packages, ''), from['bom-ref']] },
      ...packages.map(({ name, version: own, needs }) => ({ ref: `${name}@${own}`, dependsOn: needs })),
      { ref: from['bom-ref'], dependsOn: [] },
    ],
  };
}

function describePackage({ name, version, license, integrity }: Package): Component {
  const [algorithm, digest = ''] = integrity.split('-');
  if (algorithm !== 'sha512') throw new Error(`package-lock.json has no SHA-512 of ${name} ${version}`);
  return {
    type: 'library',
    'bom-ref': `${name}@${version}`,
    name,
    version,
    purl: `pkg:npm/${name.replace('@', '%40')}@${version}`,
    licenses: [{ expression: license }],
    hashes: [{ alg: 'SHA-512', content: Buffer.from(digest, 'base64').toString('hex') }],
  };
}

function describeBase(base: string): Component {
  const [, name, tag, digest, content] = IMAGE.exec(base) ?? [];
  if (name === undefined || tag === undefined || digest === undefined || content === undefined) {
    throw new Error(`${base} is no image by tag and digest, such as node:24.20.0-bookworm-slim@sha256:…`);
  }
  return {
    type: 'container',
    'bom-ref': base,
    name,
    version: tag,
    description: 'Node, and the libraries that it loads, are taken from this image',
    purl: `pkg:oci/${name}@${encodeURIComponent(digest)}?tag=${tag}`,
    hashes: [{ alg: 'SHA-256', content }],
  };
}
