import { describe, expect, it } from '@jest/globals';
import { hideLiterals, readSettings } from '../../src/deploy/context-settings.ts';

describe('the settings of a project', () => {
  it("are scalars by Vercel's names, and nothing that is not on the list", () => {
    const settings = readSettings({
      ...{ id: 'prj_1', framework: 'nextjs', paused: false, skewProtectionMaxAge: 1.5, rootDirectory: { odd: true } },
      ...{ env: [{ key: 'A', value: 'canary' }], protectionBypass: { canary: {} }, outputDirectory: '' },
      resourceConfig: { functionDefaultRegions: ['fra1', 'iad1'], fluid: true, secretThing: 'canary' },
      staticIps: { enabled: true, builds: false, regions: [1] },
    });
    expect(settings).toEqual({
      ...{ framework: 'nextjs', outputDirectory: '', paused: false },
      'resourceConfig.fluid': true,
      'resourceConfig.functionDefaultRegions': 'fra1,iad1',
      'staticIps.enabled': true,
      'staticIps.builds': false,
    });
    // The digest is over them in this order.
    expect(Object.keys(settings).slice(0, 3)).toEqual(['framework', 'outputDirectory', 'paused']);
  });

  it.each([
    { given: { ssoProtection: null }, wanted: { ssoProtection: null } },
    { given: { ssoProtection: { deploymentType: 'all' } }, wanted: { 'ssoProtection.deploymentType': 'all' } },
    { given: { passwordProtection: {} }, wanted: { passwordProtection: true } },
    { given: { passwordProtection: { password: 'canary' } }, wanted: { passwordProtection: true } },
    { given: { trustedIps: { addresses: ['1.2.3.4'] } }, wanted: { trustedIps: true } },
    { given: {}, wanted: {} },
  ])('say of a protection whether it is there, and which: $given', ({ given, wanted }) => {
    expect(readSettings(given)).toEqual(wanted);
  });

  it('have no control characters and no half characters, which JSON writers spell differently', () => {
    expect(readSettings({ buildCommand: 'a\u007f\nb \ud800 \u00e9' })).toEqual({ buildCommand: 'a b \ufffd \u00e9' });
  });
});

describe('a command', () => {
  it.each([
    'npm ci && npm run build',
    'turbo run build --filter=@acme/my-very-long-package-name-v2',
    'cd ../.. && pnpm --filter web... build',
    'echo "//registry.example.com/:_authToken=$NPM_TOKEN" > .npmrc && npm ci',
    'curl -H "Authorization: Bearer $TOKEN" https://example.com/x@1.2.3',
    'if [ "$VERCEL_ENV" == "production" ]; then exit 1; else exit 0; fi',
  ])('stays as it is: %s', (command) => {
    expect(hideLiterals(command)).toBe(command);
  });

  it.each([
    'git clone https://x-token-auth:canary@bitbucket.org/acme/x',
    'npm config set //registry.example.com/:_authToken=canary && npm ci',
    'API_KEY=canary npm run build',
    'STRIPE_SECRET: "canary" next build',
    'npx sentry-cli --auth-token canary sourcemaps',
    'curl -H "Authorization: Bearer canary" https://example.com',
    "DB_PASSWORD='canary' npm run migrate",
    'deploy npm_canary0123456789abcdefghij',
  ])('is without what someone wrote into it: %s', (command) => {
    const hidden = hideLiterals(command);
    expect(hidden).not.toContain('canary');
    expect(hidden).toContain('[redacted]');
    expect(hidden.length).toBeGreaterThan(10);
  });

  it('is hidden in the settings', () => {
    expect(readSettings({ installCommand: 'TOKEN=canary npm ci' })).toEqual({
      installCommand: 'TOKEN=[redacted] npm ci',
    });
  });
});
