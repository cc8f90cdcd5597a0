import { PipeError } from '../errors.ts';
import { show } from '../text.ts';
import { SMOKE_AUDIENCE } from './audience.ts';
import type { TokenFacts } from './token.ts';

interface Shown extends TokenFacts {
  /** What the token names besides {@link SMOKE_AUDIENCE} and Bitbucket's own. */
  readonly others: readonly string[];
  /** The policy itself takes an audience that every token, or every token that may be shown, names. */
  readonly exchangeable: boolean;
}

/** The step's token would open more to whoever sees it than the deployment. */
export function notToBeShown({ audience, exchangeAudience, target, exchangeable }: Shown): PipeError {
  const message =
    "The deployment is protected (Vercel's Deployment Protection), and this step's token must not be shown to it: its code would see the token, and could act as the step.";
  const got = `aud ${audience.map(show).join(', ')}`;
  if (!exchangeable) {
    const wanted = `aud ${show(SMOKE_AUDIENCE)} and nothing else that a step can choose`;
    return new PipeError({ code: 'SMOKE_PROTECTED', message, got, wanted, fix: tellSeparateStep(target) });
  }
  return new PipeError({
    code: 'SMOKE_PROTECTED',
    message,
    got: `${got}, and a policy whose exchanges take ${show(exchangeAudience)}`,
    wanted: 'a policy whose exchanges take an audience of their own, as https://vercel.com/api/login/oauth/token',
    fix: "Every token that could be shown opens the policy's exchanges. Change audience: in the policy, and what its services take.",
  });
}

/** The token was shown, and Vercel turned it away. */
export function notAccepted(host: string): PipeError {
  return new PipeError({
    code: 'SMOKE_PROTECTED',
    message: `${host} is protected, and Vercel does not let this step in by its token.`,
    got: "the answer of Vercel's Deployment Protection to a request with the step's token",
    wanted: 'a Trusted Source of the project that this token is one of',
    fix: [
      "On Vercel, under the project's Settings, Deployment Protection, Trusted Sources, add for this environment:",
      "issuer: the OIDC issuer of Bitbucket's workspace (Repository settings, OpenID Connect)",
      `aud: ${SMOKE_AUDIENCE}`,
      "repositoryUuid: this repository's, with its braces",
    ].join('\n'),
  });
}

/** There is a token that may be shown, and nothing vouches for the address. */
export function unvouchedHost(host: string, why: string): PipeError {
  return new PipeError({
    code: 'SMOKE_PROTECTED',
    message: `${host} is protected, and the step's token is not shown to an address that no verified record names.`,
    got: why,
    wanted:
      'the result record of the deployment, as the deploy step left it, with a signature that can be checked here',
    fix: "Share the deploy step's records with this step (artifacts of type shared), and name the deployment by its record or by build:$BITBUCKET_BUILD_NUMBER.",
  });
}

/** The steps that test a protected deployment: each token is for one thing. */
function tellSeparateStep(target: string): string {
  const production = target === 'production';
  const lines = [
    `Deploy without SMOKE_PATHS${production ? ' and with AUTO_ASSIGN_DOMAINS: false' : ''}, share its records, and test in a step with a token of its own:`,
    ...['- step:', '    name: Smoke', `    oidc: { audiences: ['${SMOKE_AUDIENCE}'] }`, '    script:'],
    '      - pipe: … # as in the deploy step',
    '        variables:',
    '          COMMAND: smoke',
    `          TARGET: ${target} # and the ids of team and project`,
    '          DEPLOYMENT: build:$BITBUCKET_BUILD_NUMBER',
    "          SMOKE_PATHS: ['/ 200']",
  ];
  return [...lines, ...(production ? ['Then promote it, in a step with COMMAND: promote.'] : [])].join('\n');
}
