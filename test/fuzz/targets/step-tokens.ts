import { generateKeyPairSync, sign } from 'node:crypto';
import fc from 'fast-check';
import { DEFAULT_AUDIENCE, verifyIdentity } from '../../../src/identity/index.ts';
import { hostileText, mutatedText, mutatedValue } from '../support/hostile.ts';
import { Find } from '../support/judge.ts';
import { unremembered } from '../support/secrets.ts';
import { defineTarget } from '../support/target.ts';
import { hostileWorld, never, write } from '../support/world.ts';

const ISSUER = 'https://api.bitbucket.org/2.0/workspaces/acme/pipelines-config/identity/oidc';
const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const JWK = { ...publicKey.export({ format: 'jwk' }), kid: 'key-1', use: 'sig', alg: 'RS256' };
const KEYS = { name: 'keys.json', bytes: Buffer.from(JSON.stringify({ [ISSUER]: { keys: [JWK] } })) };
const { clock, log } = hostileWorld([]);
const SECONDS = clock.now() / 1000;
const UUID = '{11111111-1111-4111-8111-111111111111}';
const HEADER = { alg: 'RS256', typ: 'JWT', kid: 'key-1' };
const CLAIMS = {
  ...{ iss: ISSUER, aud: [DEFAULT_AUDIENCE, 'ari:cloud:bitbucket::workspace/acme'], sub: `${UUID}:${UUID}` },
  ...{ iat: SECONDS - 10, exp: SECONDS + 3600, workspaceUuid: UUID, repositoryUuid: UUID, stepUuid: UUID },
  ...{ pipelineUuid: UUID, branchName: 'main', deploymentEnvironmentUuid: UUID, deploymentEnvironment: 'Production' },
};
const BUILD = { workspaceUuid: UUID, repositoryUuid: UUID, stepUuid: UUID, pipelineUuid: UUID, branch: 'main' };

const encode = (value: unknown): string => Buffer.from(write(value)).toString('base64url');
const signed = (text: string): string =>
  `${text}.${sign('sha256', Buffer.from(text), privateKey).toString('base64url')}`;
const GOOD = signed(`${encode(HEADER)}.${encode(CLAIMS)}`);

interface Input {
  readonly token: string;
  /** By the issuer's own key, over whatever the token says: then it may be a good one. */
  readonly resigned: boolean;
  readonly branch: string;
}

const changed = fc
  .tuple(mutatedValue([HEADER]), mutatedValue([CLAIMS]), fc.boolean())
  .map(([header, claims, resigned]) => {
    const text = `${encode(header)}.${encode(claims)}`;
    return { token: resigned ? signed(text) : `${text}.${GOOD.split('.')[2] ?? ''}`, resigned };
  });
const damaged = mutatedText([GOOD]).map((token) => ({ token, resigned: false }));

export const stepTokens = defineTarget<Input>({
  name: 'step-tokens',
  runs: 2000,
  inputs: fc
    .tuple(fc.oneof({ weight: 3, arbitrary: changed }, { weight: 2, arbitrary: damaged }), fc.option(hostileText))
    .map(([token, branch]) => ({ ...token, branch: branch ?? 'main' })),
  async run({ token, resigned, branch }) {
    const fetchKeys = (): Promise<readonly []> => Promise.resolve([]);
    const input = {
      ...{
        token: unremembered(token),
        issuers: [ISSUER],
        issuerPinned: true,
        audience: DEFAULT_AUDIENCE,
        keys: [KEYS],
      },
      build: { ...BUILD, branch },
    };
    const { tokenDigest } = await verifyIdentity(input, { fetchKeys, clock, log }, never());
    if (!resigned && token !== GOOD) throw new Find(`a token that nobody signed was verified: ${tokenDigest}`);
  },
});
