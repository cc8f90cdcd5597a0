import fc from 'fast-check';
import { expandAliases } from '../../../src/deploy/index.ts';
import { parseVariables, resolveInside } from '../../../src/variables/index.ts';
import { VARIABLES } from '../../../src/variables/table.ts';
import { joinInRoot } from '../../../src/deploy/paths.ts';
import { findOriginUrl } from '../../../src/deploy/git-config.ts';
import { redactRemoteUrl } from '../../../src/deploy/git-remote.ts';
import { readVerifyOptions } from '../../../src/commands/verify-options.ts';
import { matchGlob } from '../../../src/text.ts';
import { hostileText, mutatedText } from '../support/hostile.ts';
import { Find, judgeLine } from '../support/judge.ts';
import { defineTarget } from '../support/target.ts';

const CLONE = '/opt/atlassian/pipelines/agent/build';
const GOOD: Readonly<Record<string, string>> = {
  VERCEL_TEAM_ID: 'team_abc',
  VERCEL_PROJECT_ID: 'prj_abc',
  TARGET: 'production',
};
/** Secrets are taken out: a process remembers each, and here every run has another one. */
const NAMES = [...VARIABLES.values()].filter(({ secret }) => !secret).map(({ name }) => name);
const SAMPLES = [
  ...[
    'a=b',
    '/ 200 hello',
    '/x 404',
    'app-{branch}.example.com',
    'pr-{pr}-{commit}.vercel.app',
    'main',
    'production',
    '15m',
    '90d',
  ],
  ...[
    'https://policies.example.com/p.yml#sha256=',
    's3://bucket/prefix',
    'https://files.example.com/x/',
    'bitbucket-downloads',
  ],
  ...['arn:aws:iam::123456789012:role/deploy', 'true', 'fra1', 'deploy-policy.yml', '{}', 'build:42', 'dpl_1'],
];
const BITBUCKET = [
  'BRANCH',
  'TAG',
  'PR_ID',
  'COMMIT',
  'BUILD_NUMBER',
  'REPO_FULL_NAME',
  'WORKSPACE',
  'CLONE_DIR',
  'STEP_UUID',
];

const value = mutatedText(SAMPLES);
const setting = fc.oneof(
  fc.tuple(fc.constantFrom(...NAMES), value).map(([name, text]) => ({ [name]: text })),
  fc
    .tuple(fc.constantFrom(...NAMES), fc.array(value, { maxLength: 4 }))
    .map(([name, items]) => listOf(name, String(items.length), items)),
  fc.tuple(fc.constantFrom(...NAMES), hostileText, value).map(([name, count, item]) => listOf(name, count, [item])),
  fc.tuple(fc.constantFrom(...BITBUCKET), value).map(([name, text]) => ({ [`BITBUCKET_${name}`]: text })),
  fc.tuple(hostileText, value).map(([name, text]) => ({ [name]: text })),
);

function listOf(name: string, count: string, items: readonly string[]): Record<string, string> {
  return { [`${name}_COUNT`]: count, ...Object.fromEntries(items.map((item, at) => [`${name}_${String(at)}`, item])) };
}

export const variables = defineTarget<Readonly<Record<string, string>>>({
  name: 'variables',
  runs: 4000,
  inputs: fc
    .array(setting, { maxLength: 4 })
    .map((settings) => Object.assign({}, GOOD, ...settings) as Record<string, string>),
  run(environment) {
    // No environment of a process holds a NUL, or half a letter.
    const given = Object.fromEntries(
      Object.entries(environment).map((pair) => pair.map((text) => text.toWellFormed().replaceAll('\0', ''))),
    );
    const { deploy, build, cloneDir, directory, recordDir } = parseVariables(given as Record<string, string>, CLONE);
    for (const path of [directory, recordDir]) {
      if (resolveInside(cloneDir, '/', path) !== path) throw new Find(`${path} is not in ${cloneDir}`);
    }
    const { names, faults } = expandAliases(deploy.aliases, {
      branch: build.branch,
      pr: build.pullRequestId,
      commit: build.commit,
    });
    for (const line of [...names, ...faults]) judgeLine(line);
  },
});

/** A word that no other text of the inputs holds. */
const PASSWORD = 'hunter2';
const CONFIG = `[remote "origin"]\n\turl = https://user:${PASSWORD}@bitbucket.org/acme/web.git\n[branch "main"]\n\tremote = origin\n`;
const URLS = [
  'https://bitbucket.org/acme/web.git',
  'git@bitbucket.org:acme/web.git',
  'ssh://git@bitbucket.org/acme/web',
];

interface Words {
  readonly a: string;
  readonly b: string;
}

/** Readers of one or two short texts. */
export const words = defineTarget<Words>({
  name: 'words',
  runs: 15_000,
  inputs: fc.record({
    a: fc.oneof(
      mutatedText(['release/*', 'a*b*c', '../x/./y', ...URLS, CONFIG, '--key', '--at=2026-11-23T12:00:00Z']),
      fc.string({ unit: fc.constantFrom('a', 'b', '*', '/', '.'), maxLength: 12 }),
    ),
    b: fc.oneof(hostileText, fc.string({ unit: fc.constantFrom('a', 'b', '/', '.'), maxLength: 12 })),
  }),
  run({ a, b }) {
    // The pattern goes back as often as it can.
    if (a.length < 50 && b.length < 50 && matchGlob(a, b) !== toPattern(a).test(b))
      throw new Find('a glob that is not what it says');
    const joined = joinInRoot(a, b);
    if (joined?.split('/').includes('..') === true && !a.split('/').includes('..'))
      throw new Find(`out of the root: ${joined}`);
    for (const url of [redactRemoteUrl(a), redactRemoteUrl(findOriginUrl(a) ?? '')]) {
      judgeLine(url ?? '');
      // Where an edit has moved the word elsewhere, it is a name like any other.
      if (a.includes(`:${PASSWORD}@`) && url?.includes(PASSWORD) === true) throw new Find('a password in an address');
    }
    readVerifyOptions([a, b, '--key', 'k'], '/x');
  },
});

function toPattern(glob: string): RegExp {
  return new RegExp(
    `^${glob
      .split('*')
      .map((part) => part.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&'))
      .join('[^]*')}$`,
  );
}
