import type { JSONWebKeySet } from 'jose';
import { bitbucketRefusal, json, type Reply } from '../reply.ts';
import type { Call, Route } from '../router.ts';
import type { SandboxIssuer, StepFacts } from '../types.ts';
import { stepEnvironment } from './environment.ts';
import { takeSigningKey } from './keys.ts';
import { fillStep } from './step.ts';
import { defaultAudience, signToken, stepClaims } from './token.ts';

const OIDC_PATH = 'pipelines-config/identity/oidc';

interface IssuerDeps {
  readonly baseUrl: string;
  readonly step: Partial<StepFacts>;
  readonly now: () => number;
}

/** Bitbucket's OIDC issuer of one workspace, and the two public documents of it. */
export async function createIssuer(
  deps: IssuerDeps,
): Promise<{ readonly issuer: SandboxIssuer; readonly routes: readonly Route[] }> {
  const step = fillStep(deps.step);
  const url = `${deps.baseUrl}/2.0/workspaces/${step.workspace}/${OIDC_PATH}`;
  let rotations = 0;
  let published = [await takeSigningKey(0)];
  let current = await takeSigningKey(0);
  const issuer: SandboxIssuer = {
    url,
    defaultAudience: defaultAudience(step),
    step,
    get keyId() {
      return current.keyId;
    },
    get privateKey() {
      return current.privateKey;
    },
    keys: () => ({ keys: published.map(({ publicJwk }) => publicJwk) }),
    async rotateKeys({ keepOld = false } = {}) {
      current = await takeSigningKey((rotations += 1));
      published = keepOld ? [...published, current] : [current];
    },
    mintToken: (overrides = {}) => signToken(stepClaims(url, step, deps.now()), current, overrides),
    bitbucketEnvironment: (token, overrides = {}) => stepEnvironment(step, token, overrides),
  };
  return { issuer, routes: issuerRoutes(deps.baseUrl, issuer) };
}

function issuerRoutes(baseUrl: string, issuer: SandboxIssuer): Route[] {
  const shared = { method: 'GET', origins: [new URL(baseUrl).origin], query: [] } as const;
  const path = `/2.0/workspaces/:slug/${OIDC_PATH}`;
  return [
    {
      ...shared,
      path: `${path}/.well-known/openid-configuration`,
      handle: (call) => publish(call, issuer, discovery(issuer.url)),
    },
    { ...shared, path: `${path}/keys.json`, handle: (call) => publish(call, issuer, issuer.keys()) },
  ];
}

/** Both documents are public, and exist for this one workspace. */
function publish(call: Call, issuer: SandboxIssuer, document: object | JSONWebKeySet): Reply {
  if (call.request.headers.get('authorization') !== null) {
    throw bitbucketRefusal(401, 'This resource takes no credentials, and these are none of Bitbucket.');
  }
  const slug = call.params['slug'] ?? '';
  if (slug !== issuer.step.workspace) throw bitbucketRefusal(404, `No workspace with identifier '${slug}'.`);
  return json(200, document);
}

function discovery(issuerUrl: string): object {
  return {
    issuer: issuerUrl,
    jwks_uri: `${issuerUrl}/keys.json`,
    subject_types_supported: ['public'],
    response_types_supported: ['id_token'],
    claims_supported: ['sub', 'iss', 'iat', 'exp'],
    id_token_signing_alg_values_supported: ['RS256'],
  };
}
