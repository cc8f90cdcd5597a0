import type { ErrorCode } from '../errors.ts';
import type { AwsAsked, AwsError } from './aws-error.ts';

interface Judgement {
  readonly code: ErrorCode;
  readonly fix: string;
}
type Rule = readonly [code: ErrorCode, fix: string | ((asked: AwsAsked) => string)];

const CLOCK =
  'Check the clock of the machine that runs this step, and that no proxy changes requests; then run it again.';
const FRESH = 'Run the step again for a new token. In a long step, let the deployment come first.';
const DISABLED: Rule = [
  'EXCHANGE_NOT_ENABLED',
  'Enable outbound web identity federation for the account: IAM console, Account settings, or `aws iam enable-outbound-web-identity-federation`.',
];
const NOT_FOUND: Rule = [
  'EXCHANGE_NOT_ENABLED',
  ({ target, region, service }) => `${service} in ${region} has no ${target}: check its name and the region.`,
];
const DENIED: Rule = [
  'DENIED_BY_PROVIDER',
  ({ role, action, target, region }) =>
    `Allow ${action} on ${target} in ${region} in a policy of ${role}; where the resource has a policy of its own, there too.`,
];

/** By AWS's own code, without `Exception`: identity (4), permission (5), set up (3), outage (3). */
const RULES: Readonly<Record<string, Rule>> = {
  ExpiredToken: ['CREDENTIAL_INVALID', FRESH],
  IDPRejectedClaim: ['CREDENTIAL_INVALID', FRESH],
  IDPCommunicationError: [
    'SERVICE_FAILED',
    ({ claims }) => `AWS could not fetch the keys of ${claims?.iss ?? 'the issuer'}: run the step again later.`,
  ],
  InvalidClientTokenId: ['CREDENTIAL_INVALID', 'Check that the role and the region are of one partition of AWS.'],
  UnrecognizedClient: ['CREDENTIAL_INVALID', 'Check that the role and the region are of one partition of AWS.'],
  SignatureDoesNotMatch: ['CREDENTIAL_INVALID', CLOCK],
  InvalidSignature: ['CREDENTIAL_INVALID', CLOCK],
  IncompleteSignature: ['CREDENTIAL_INVALID', CLOCK],
  RequestExpired: ['CREDENTIAL_INVALID', CLOCK],
  AccessDenied: DENIED,
  RegionDisabled: [
    'EXCHANGE_NOT_ENABLED',
    ({ region }) => `Activate STS in ${region}: IAM console, Account settings, Security Token Service.`,
  ],
  OptInRequired: [
    'EXCHANGE_NOT_ENABLED',
    ({ region }) => `Enable the region ${region} for the account, or name another.`,
  ],
  SubscriptionRequired: ['EXCHANGE_NOT_ENABLED', ({ service }) => `Activate ${service} for the account.`],
  OutboundWebIdentityFederationDisabled: DISABLED,
  SessionDurationEscalation: ['CREDENTIAL_INVALID', FRESH],
  JWTPayloadSizeExceeded: [
    'EXCHANGE_NOT_ENABLED',
    ({ role }) => `Take tags off ${role}: they make the token too large.`,
  ],
  PackedPolicyTooLarge: ['EXCHANGE_NOT_ENABLED', ({ role }) => `Use fewer session tags with ${role}.`],
  ValidationError: ['EXCHANGE_NOT_ENABLED', ({ target }) => `Check how ${target} is written in the policy file.`],
  Validation: ['EXCHANGE_NOT_ENABLED', ({ target }) => `Check how ${target} is written in the policy file.`],
  InvalidArn: ['EXCHANGE_NOT_ENABLED', ({ target }) => `Check how ${target} is written in the policy file.`],
  InvalidParameter: ['EXCHANGE_NOT_ENABLED', ({ target }) => `Check how ${target} is written in the policy file.`],
  ResourceNotFound: NOT_FOUND,
  NotFound: NOT_FOUND,
  InvalidRequest: [
    'EXCHANGE_NOT_ENABLED',
    ({ target }) => `Restore ${target} where it was scheduled for deletion, and give it a current value (AWSCURRENT).`,
  ],
  DecryptionFailure: [
    'DENIED_BY_PROVIDER',
    ({ role, target }) => `Enable the KMS key of ${target}, and allow ${role} kms:Decrypt with it.`,
  ],
  Disabled: ['EXCHANGE_NOT_ENABLED', ({ target }) => `Enable the key ${target} in KMS.`],
  KMSInvalidState: ['EXCHANGE_NOT_ENABLED', ({ target }) => `Bring the key ${target} into the state Enabled in KMS.`],
  InvalidKeyUsage: [
    'EXCHANGE_NOT_ENABLED',
    ({ target }) => `Create ${target} with key usage SIGN_VERIFY and key spec ECC_NIST_P256 or RSA_2048.`,
  ],
  UnsupportedOperation: [
    'EXCHANGE_NOT_ENABLED',
    ({ target }) => `Create ${target} with key usage SIGN_VERIFY and key spec ECC_NIST_P256 or RSA_2048.`,
  ],
};

/** Codes of a status 400 that a later request may not meet again. */
const BUSY = ['Throttling', 'Throttled', 'TooManyRequests', 'RequestLimitExceeded'];

export function mayPass(status: number, code: string): boolean {
  return status === 400 && (BUSY.includes(code) || code === 'IDPCommunicationError');
}

export function judgeAws(asked: AwsAsked, status: number, error: AwsError): Judgement {
  if (status === 429 || BUSY.includes(error.code)) {
    return { code: 'RATE_LIMITED', fix: `${asked.service} limits requests: run the step again later.` };
  }
  if (status >= 500) {
    return { code: 'SERVICE_FAILED', fix: 'See health.aws.amazon.com for the region, then run the step again.' };
  }
  if (error.code === 'AccessDenied' && asked.claims) return judgeTrust(asked);
  if (error.code === 'InvalidIdentityToken') return judgeToken(asked, error.message);
  const [code, fix] = Object.hasOwn(RULES, error.code) ? (RULES[error.code] ?? DENIED) : unknownTo(status);
  return { code, fix: typeof fix === 'string' ? fix : fix(asked) };
}

function unknownTo(status: number): Rule {
  if (status === 401 || status === 403) return DENIED;
  return ['EXCHANGE_NOT_ENABLED', ({ target, service }) => `Look up this error of ${service}, and check ${target}.`];
}

/** AWS answers the same where the role does not exist. */
function judgeTrust({ role, claims }: AwsAsked): Judgement {
  const { iss = '', sub = '', aud = '' } = claims ?? {};
  const provider = iss.replace(/^https:\/\//, '');
  return {
    code: 'DENIED_BY_PROVIDER',
    fix: `Check that ${role} exists and that its trust policy admits this token: Principal Federated …:oidc-provider/${provider}, StringEquals "${provider}:aud" ${aud}, StringLike "${provider}:sub" a pattern that ends in \`:*\`; it got sub ${sub}. AWS compares no other claim. \`policy render --form aws\` writes it.`,
  };
}

/** One code of AWS for four things, told apart by its words. */
function judgeToken({ claims }: AwsAsked, message: string): Judgement {
  const { iss = '', aud = '' } = claims ?? {};
  if (/No OpenIDConnect provider/i.test(message)) {
    return {
      code: 'EXCHANGE_NOT_ENABLED',
      fix: `Create an IAM OIDC identity provider for ${iss} with the audience ${aud} in the account of the role: IAM console, Identity providers, or \`aws iam create-open-id-connect-provider\`.`,
    };
  }
  if (/audience/i.test(message)) {
    return {
      code: 'DENIED_BY_PROVIDER',
      fix: `Add the audience to the IAM identity provider of ${iss} (\`aws iam add-client-id-to-open-id-connect-provider\`), or to the step's \`oidc: audiences:\`; it got ${aud}.`,
    };
  }
  if (/thumbprint|certificate/i.test(message)) {
    return { code: 'EXCHANGE_NOT_ENABLED', fix: `Update the thumbprints of the IAM identity provider of ${iss}.` };
  }
  if (/verification key/i.test(message)) {
    return { code: 'SERVICE_FAILED', fix: `AWS could not fetch the keys of ${iss}: run the step again later.` };
  }
  return { code: 'CREDENTIAL_INVALID', fix: FRESH };
}
