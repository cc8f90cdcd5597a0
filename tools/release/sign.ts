/** What signs, as the variables say it. Paths are those inside the tool's container. */
export interface Signing {
  /** `docker` and its arguments, in this order. None where nothing signs. */
  readonly commands: readonly (readonly string[])[];
  /** Whether the step's token is wanted, as a file. */
  readonly wantsToken: boolean;
}

export interface SignRequest {
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** `sha256:…` of the image for all architectures. */
  readonly digest: string;
  /** Folder with the login at the registry, the step's token and the signing config, seen as `/signing`. */
  readonly secrets: string;
  /** Folder with `sbom.cdx.json`, seen as `/release`. */
  readonly release: string;
}

const METHODS = ['cosign', 'notation', 'none'];
/** Variables by which the tools reach a key; the values stay in the environment. */
const REACH = /^(?:AWS|AZURE|GOOGLE|VAULT|COSIGN)_[A-Z0-9_]+$/;
const DIGEST = /^sha256:[0-9a-f]{64}$/;
const PINNED = /^[^\s@]+:[\w.-]+@sha256:[0-9a-f]{64}$/;
/** Of cosign: a service that keeps the key, or a variable that holds it. */
const KEY = /^(?:awskms|gcpkms|azurekms|hashivault|env):\/\/\S+$/;

/** No transparency log and no timestamp authority: the key is the team's own, and so is what it signs. */
export const SIGNING_CONFIG = {
  mediaType: 'application/vnd.dev.sigstore.signingconfig.v0.2+json',
  rekorTlogUrls: [],
  tsaUrls: [],
} as const;

/**
 * How the image is signed: by its digest, with the list of what is in it where the tool can attach one.
 * @throws {Error} with every variable that is wrong or missing.
 */
export function planSigning(request: SignRequest): Signing {
  const { environment, digest } = request;
  const faults = findFaults(environment, digest);
  if (faults.length > 0)
    throw new Error(`the image cannot be signed:\n${faults.map((each) => `- ${each}`).join('\n')}`);
  const method = environment['SIGN_METHOD'];
  if (method === 'none') return { commands: [], wantsToken: false };
  const wantsToken = Boolean(environment['AWS_ROLE_ARN']);
  const run = [...runArguments(request, wantsToken), environment['SIGN_IMAGE'] ?? ''];
  const reference = `${environment['REGISTRY_IMAGE'] ?? ''}@${digest}`;
  const key = environment['SIGN_KEY'] ?? '';
  if (method === 'notation') {
    const plugin = environment['SIGN_PLUGIN'] ?? '';
    return { commands: [[...run, 'sign', `--plugin=${plugin}`, `--id=${key}`, reference]], wantsToken };
  }
  const by = ['--yes', `--key=${key}`, '--signing-config=/signing/signing-config.json'];
  const sbom = ['--type=cyclonedx', '--predicate=/release/sbom.cdx.json'];
  const commands = [
    [...run, 'sign', ...by, '--recursive', reference],
    [...run, 'attest', ...by, ...sbom, reference],
  ];
  return { commands, wantsToken };
}

function findFaults(environment: SignRequest['environment'], digest: string): readonly string[] {
  const { SIGN_METHOD: method = '', SIGN_IMAGE: image = '', SIGN_KEY: key = '' } = environment;
  const signs = method === 'cosign' || method === 'notation';
  const rules: readonly (readonly [boolean, string])[] = [
    [METHODS.includes(method), `SIGN_METHOD: wanted one of ${METHODS.join(', ')}`],
    [DIGEST.test(digest), `the digest of the image: got ${JSON.stringify(digest)}, wanted sha256:…`],
    [Boolean(environment['REGISTRY_IMAGE']), 'REGISTRY_IMAGE is missing'],
    [!signs || PINNED.test(image), 'SIGN_IMAGE: wanted the image of the tool, by tag and digest'],
    [
      method !== 'cosign' || KEY.test(key),
      'SIGN_KEY: wanted awskms://, gcpkms://, azurekms://, hashivault:// or env://',
    ],
    [method !== 'notation' || key !== '', 'SIGN_KEY: wanted the id of the key'],
    [method !== 'notation' || Boolean(environment['SIGN_PLUGIN']), 'SIGN_PLUGIN: wanted the name of the plugin'],
    [
      !signs || !environment['AWS_ROLE_ARN'] || Boolean(environment['BITBUCKET_STEP_OIDC_TOKEN']),
      'AWS_ROLE_ARN needs the token of the step: oidc: true',
    ],
  ];
  return rules.flatMap(([isMet, fault]) => (isMet ? [] : [fault]));
}

/** As root: the login that docker has written is its owner's alone. */
function runArguments({ environment, secrets, release }: SignRequest, wantsToken: boolean): readonly string[] {
  const names = Object.keys(environment).filter((name) => REACH.test(name) && environment[name]);
  return [
    ...['docker', 'run', '--rm', '--user=0:0', `--volume=${secrets}:/signing:ro`, `--volume=${release}:/release:ro`],
    ...['--env=HOME=/tmp', '--env=DOCKER_CONFIG=/signing/docker', ...names.toSorted().map((name) => `--env=${name}`)],
    ...(wantsToken ? ['--env=AWS_WEB_IDENTITY_TOKEN_FILE=/signing/oidc-token'] : []),
  ];
}
