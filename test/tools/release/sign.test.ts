import { describe, expect, it } from '@jest/globals';
import { planSigning } from '../../../tools/release/sign.ts';

const DIGEST = `sha256:${'ab'.repeat(32)}`;
const TOOL = `registry.example.com/tools/cosign:3.0.2@sha256:${'cd'.repeat(32)}`;
const COSIGN = {
  REGISTRY_IMAGE: 'registry.example.com/platform/pipe',
  REGISTRY_PASSWORD: 'not to be seen',
  SIGN_METHOD: 'cosign',
  SIGN_IMAGE: TOOL,
  SIGN_KEY: 'awskms:///alias/pipe',
};
const plan = (
  environment: Readonly<Record<string, string | undefined>>,
  digest = DIGEST,
): ReturnType<typeof planSigning> =>
  planSigning({ environment, digest, secrets: '/clone/build/signing', release: '/clone/build/release' });
const RUN = [
  ...['docker', 'run', '--rm', '--user=0:0', '--volume=/clone/build/signing:/signing:ro'],
  ...['--volume=/clone/build/release:/release:ro', '--env=HOME=/tmp', '--env=DOCKER_CONFIG=/signing/docker'],
];
const REFERENCE = `registry.example.com/platform/pipe@${DIGEST}`;

describe('planSigning', () => {
  it('signs by digest with cosign, every architecture too, and attaches what is in the image', () => {
    const by = ['--yes', '--key=awskms:///alias/pipe', '--signing-config=/signing/signing-config.json'];
    expect(plan(COSIGN)).toEqual({
      commands: [
        [...RUN, TOOL, 'sign', ...by, '--recursive', REFERENCE],
        [...RUN, TOOL, 'attest', ...by, '--type=cyclonedx', '--predicate=/release/sbom.cdx.json', REFERENCE],
      ],
      wantsToken: false,
    });
  });

  it('signs with notation by a plugin', () => {
    const given = { ...COSIGN, SIGN_METHOD: 'notation', SIGN_PLUGIN: 'azure-kv', SIGN_KEY: 'https://v.example/keys/k' };
    expect(plan(given).commands).toEqual([
      [...RUN, TOOL, 'sign', '--plugin=azure-kv', '--id=https://v.example/keys/k', REFERENCE],
    ]);
  });

  it('signs nothing where that is said, and only then', () => {
    expect(plan({ ...COSIGN, SIGN_METHOD: 'none', SIGN_IMAGE: undefined })).toEqual({
      commands: [],
      wantsToken: false,
    });
    expect(() => plan({ ...COSIGN, SIGN_METHOD: undefined })).toThrow(
      'SIGN_METHOD: wanted one of cosign, notation, none',
    );
  });

  it('names what reaches the key, and puts no value into a command', () => {
    const given = { ...COSIGN, AWS_REGION: 'eu-central-1', VAULT_TOKEN: 'hvs.secret', VAULT_ADDR: '', PATH: '/bin' };
    const [sign = []] = plan(given).commands;
    expect(sign.slice(RUN.length, -6)).toEqual(['--env=AWS_REGION', '--env=VAULT_TOKEN', TOOL]);
    expect(JSON.stringify(plan(given))).not.toMatch(/secret|not to be seen/);
  });

  it('hands the token of the step over as a file, for a role', () => {
    const given = { ...COSIGN, AWS_ROLE_ARN: 'arn:aws:iam::1:role/sign', BITBUCKET_STEP_OIDC_TOKEN: 'ey.token' };
    const { commands, wantsToken } = plan(given);
    expect(wantsToken).toBe(true);
    expect(commands[0]).toEqual(
      expect.arrayContaining(['--env=AWS_ROLE_ARN', '--env=AWS_WEB_IDENTITY_TOKEN_FILE=/signing/oidc-token']),
    );
    expect(JSON.stringify(commands)).not.toContain('ey.token');
    expect(() => plan({ ...given, BITBUCKET_STEP_OIDC_TOKEN: undefined })).toThrow(
      'AWS_ROLE_ARN needs the token of the step: oidc: true',
    );
  });

  it.each([
    [{ SIGN_IMAGE: 'cosign:3.0.2' }, 'SIGN_IMAGE: wanted the image of the tool, by tag and digest'],
    [{ SIGN_KEY: 'cosign.key' }, 'SIGN_KEY: wanted awskms://, gcpkms://, azurekms://, hashivault:// or env://'],
    [{ SIGN_METHOD: 'notation', SIGN_KEY: '' }, 'SIGN_KEY: wanted the id of the key'],
    [{ SIGN_METHOD: 'notation' }, 'SIGN_PLUGIN: wanted the name of the plugin'],
    [{ REGISTRY_IMAGE: '' }, 'REGISTRY_IMAGE is missing'],
  ])('refuses %j', (changes, fault) => {
    expect(() => plan({ ...COSIGN, ...changes })).toThrow(fault);
  });

  it('refuses a tag in place of a digest, and tells all faults at once', () => {
    expect(() => plan(COSIGN, '1.2.3')).toThrow('the digest of the image: got "1.2.3", wanted sha256:…');
    expect(() => plan({ SIGN_METHOD: 'cosign' }, '')).toThrow(/digest[^]*REGISTRY_IMAGE[^]*SIGN_IMAGE[^]*SIGN_KEY/);
  });
});
