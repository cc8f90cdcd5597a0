import type { Overrides } from './mint.ts';

/** Tokens that the issuer signed, and that must be refused all the same. */
export interface BadClaims {
  /** As in `The OIDC token <message>.` */
  readonly message: string;
  readonly cases: readonly (readonly [name: string, text: string, claims: Overrides])[];
}

const OTHER_UUID = '{ffffffff-0000-4000-8000-000000000000}';

type Good = Readonly<Record<string, unknown>>;
const claims = (change: Good | ((good: Good) => Good)): Overrides => ({ claims: change });
/** A field of the good token, changed. */
const change = (name: string, to: (value: string) => unknown): Overrides =>
  claims((good) => ({ [name]: to(String(good[name])) }));
/** Seconds from the time at which a good token begins. */
const at = (offsets: Readonly<Record<string, number>>): Overrides =>
  claims(({ iat }) =>
    Object.fromEntries(Object.entries(offsets).map(([name, offset]) => [name, Number(iat) + offset])),
  );

const BAD_AUDIENCES: BadClaims = {
  message: 'is meant for another audience',
  cases: [
    ['no aud', 'aud nothing', { remove: ['aud'] }],
    ['the default audience of Bitbucket', "audiences: ['", claims({ aud: 'ari:cloud:bitbucket::workspace/x' })],
    [
      'an audience with a suffix',
      'aud ["',
      claims(({ aud }) => ({ aud: [aud].flat().map((one) => `${String(one)}/`) })),
    ],
    ['an empty list of audiences', 'aud []', claims({ aud: [] })],
    ['an audience in a list in a list', 'aud [["', claims(({ aud }) => ({ aud: [[aud].flat()] }))],
    ['audiences in one text', 'aud "', claims(({ aud }) => ({ aud: [aud].flat().join(' ') }))],
    ['an object of audiences', 'aud {"', claims(({ aud }) => ({ aud: Object.fromEntries([aud].flat().entries()) }))],
    ['a number among the audiences', 'aud [7,', claims(({ aud }) => ({ aud: [7, ...[aud].flat()] }))],
  ],
};

const BAD_TIMES: readonly BadClaims[] = [
  {
    message: 'has no usable iat',
    cases: [
      ['no iat', 'iat nothing', { remove: ['iat'] }],
      ['iat as text', 'iat "1"', claims({ iat: '1' })],
      ['iat before 1970', 'iat -1', claims({ iat: -1 })],
    ],
  },
  {
    message: 'has no usable exp',
    cases: [
      ['no exp', 'exp nothing', { remove: ['exp'] }],
      ['exp that is null', 'exp null', claims({ exp: null })],
      ['exp that is true', 'exp true', claims({ exp: true })],
      ['exp as text', 'exp "4102444800"', claims({ exp: '4102444800' })],
      ['exp as a list', 'exp [4102444800]', claims({ exp: [4_102_444_800] })],
      ['exp beyond all dates', 'exp 1e+300', claims({ exp: 1e300 })],
    ],
  },
  { message: 'has no usable nbf', cases: [['nbf as text', 'nbf "soon"', claims({ nbf: 'soon' })]] },
  {
    message: 'ends before it begins',
    cases: [
      ['exp before iat', 'a life of -1 seconds', at({ exp: -1 })],
      ['exp at iat', 'a life of 0 seconds', at({ exp: 0 })],
    ],
  },
  {
    message: 'lives too long',
    cases: [
      ['a life of two days', '172800 seconds', at({ exp: 172_800 })],
      ['a life in milliseconds', 'at most 24 hours', at({ exp: 3_600_000 })],
    ],
  },
  {
    message: 'is from the future',
    cases: [
      ['iat two minutes ahead', 'the time here', at({ iat: 120 })],
      ['nbf two minutes ahead', 'the time here', at({ nbf: 120 })],
      ['iat two minutes ahead, nbf now', 'the time here', at({ iat: 120, nbf: 0 })],
    ],
  },
  {
    message: 'has expired',
    cases: [
      ['expired two minutes ago', 'A step gets one token', at({ iat: -3600, exp: -120 })],
      ['expired a second ago', 'a minute or more after', at({ iat: -3600, exp: -1 })],
    ],
  },
  {
    message: 'expires too soon for the exchange',
    cases: [['half a minute of life', 'A step gets one token', at({ iat: -3570, exp: 30 })]],
  },
];

const BAD_UUIDS: BadClaims = {
  message: 'lacks claims that every token of a step has',
  cases: [
    ...['workspaceUuid', 'repositoryUuid', 'stepUuid'].flatMap((name): BadClaims['cases'] => [
      [`no ${name}`, `claim ${name}: got nothing; wanted a UUID`, { remove: [name] }],
      [`an empty ${name}`, `claim ${name}: got ""; wanted a UUID`, claims({ [name]: '' })],
      [`${name} that is a glob`, `claim ${name}: got "*"; wanted a UUID`, claims({ [name]: '*' })],
    ]),
    ['a UUID with half its braces', 'workspaceUuid: got "{', change('workspaceUuid', (uuid) => uuid.replace('}', ''))],
    ['a UUID with a line break', '\\n"; wanted a UUID', change('workspaceUuid', (uuid) => `${uuid}\n`)],
    ['a UUID in a list', 'repositoryUuid: got ["', change('repositoryUuid', (uuid) => [uuid])],
    ['a look-alike letter', '\\u0435', change('repositoryUuid', (uuid) => uuid.replace(/[0-9a-f]/, '\u0435'))],
    ['a wide digit', '\\uff11', change('repositoryUuid', (uuid) => uuid.replace(/[0-9a-f]/, '\uff11'))],
    ['an invisible character', '\\u200b', change('repositoryUuid', (uuid) => uuid.replace('-', '\u200b-'))],
    ['no UUID of a pipeline', 'pipelineUuid: got nothing', { remove: ['pipelineUuid', 'pipelineRunUuid'] }],
    ['a pipelineRunUuid that is none', 'pipelineRunUuid: got "1"; wanted a UUID', claims({ pipelineRunUuid: '1' })],
    ['a branch in a list', 'branchName: got ["main"]; wanted a text', claims({ branchName: ['main'] })],
    ['an environment that is true', 'got true; wanted a text', claims({ deploymentEnvironmentUuid: true })],
  ],
};

const OTHER_BUILDS: readonly BadClaims[] = [
  {
    message: 'is from another repository than this build: a fork, or a token that was carried here',
    cases: ['workspaceUuid', 'repositoryUuid'].map((name) => [
      `${name} of another build`,
      `claim ${name} is "${OTHER_UUID}"; variable BITBUCKET_`,
      claims({ [name]: OTHER_UUID }),
    ]),
  },
  {
    message: 'and the environment name different builds',
    cases: [
      [
        'stepUuid of another step',
        `stepUuid is "${OTHER_UUID}"; variable BITBUCKET_`,
        claims({ stepUuid: OTHER_UUID }),
      ],
      [
        'a pipelineUuid of another pipeline',
        `claim pipelineUuid is "${OTHER_UUID}"; variable BITBUCKET_PIPELINE_UUID`,
        claims({ pipelineUuid: OTHER_UUID, pipelineRunUuid: undefined }),
      ],
      ['another branch', 'branchName is "x"; variable BITBUCKET_BRANCH', claims({ branchName: 'x' })],
    ],
  },
];

export const BAD_CLAIMS: readonly BadClaims[] = [BAD_AUDIENCES, ...BAD_TIMES, BAD_UUIDS, ...OTHER_BUILDS];
