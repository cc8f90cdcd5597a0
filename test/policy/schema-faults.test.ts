import { describe, expect, it } from '@jest/globals';
import { GOOD, REPOSITORY, WORKSPACE, faultsOf } from './support/policy.ts';

const replace = (from: string | RegExp, to: string): string => GOOD.replace(from, to);

describe('a policy that the schema refuses', () => {
  it.each([
    { name: 'no version', text: replace('version: 1\n', ''), fault: '1:1 version: missing; wanted 1' },
    { name: 'another version', text: replace('version: 1', 'version: 2'), fault: '1:1 version: got 2; wanted 1' },
    {
      name: 'the version as text',
      text: replace('version: 1', "version: '1'"),
      fault: '1:1 version: got "1"; wanted 1',
    },
    { name: 'an unknown key', text: `${GOOD}mode: audit\n`, fault: '26:1 mode: unknown key; wanted version, minPipe' },
    {
      name: 'an unknown key in a grant',
      text: replace('  - id: web-preview', '  - if: x\n    id: web-preview'),
      fault: '22:5 grants[1].if: unknown key; wanted id, allow, when, exchange, signer, require',
    },
    {
      name: 'an unknown hop',
      text: replace('static: {}', 'magic: {}'),
      fault: '11:7 exchanges.token[0].magic: unknown key; wanted vercel, token-exchange, entra',
    },
    {
      name: 'an unknown setting of a hop',
      text: replace('team:', 'teams:'),
      fault: '9:17 exchanges.direct[0].vercel.teams: unknown key; wanted team, policy',
    },
    {
      name: 'two hops in one',
      text: replace('static: {}', 'static: {}\n      vercel: {}'),
      fault: '11:7 exchanges.token[0]: got {"static":{},"vercel":{}}; wanted one of vercel',
    },
    {
      name: 'a hop without settings',
      text: replace('static: {}', 'static:'),
      fault: '11:7 exchanges.token[0].static: got null; wanted {}',
    },
    {
      name: 'minPipe as a number',
      text: replace('minPipe: 1.0.0', 'minPipe: 1.0'),
      fault: '2:1 minPipe: got 1; wanted a version as MAJOR.MINOR.PATCH, in quotes',
    },
    {
      name: 'a date in another shape',
      text: replace('2026-11-30', '30.11.2026'),
      fault: '4:1 expires: got "30.11.2026"; wanted a date as YYYY-MM-DD',
    },
    {
      name: 'an issuer without TLS',
      text: replace("issuers: ['https", "issuers: ['http"),
      fault: '5:11 issuers[0]: got "http://api.bitbucket.org',
    },
    {
      name: 'an issuer with a trailing slash',
      text: replace("/oidc']", "/oidc/']"),
      fault: '5:11 issuers[0]: got "https://api.bitbucket.org',
    },
    {
      name: 'an issuer twice',
      text: replace(/issuers: \['(.*)'\]/, "issuers: ['$1', '$1']"),
      fault: '5:1 issuers: the same value twice; wanted each value once',
    },
    {
      name: 'no issuer in the list',
      text: replace(/issuers: .*/, 'issuers: []'),
      fault: '5:1 issuers: empty; wanted a list of issuer addresses',
    },
    {
      name: 'no grants in the list',
      text: GOOD.slice(0, GOOD.indexOf('grants:')) + 'grants: []\n',
      fault: 'grants: empty; wanted a list of grants',
    },
    {
      name: 'no grants',
      text: GOOD.slice(0, GOOD.indexOf('grants:')),
      fault: '1:1 grants: missing; wanted a list of grants',
    },
    {
      name: 'no actions',
      text: replace('actions: [deploy],', ''),
      fault: '23:5 grants[1].allow.actions: missing; wanted a list of deploy, promote, rollback',
    },
    {
      name: 'an empty list of projects',
      text: replace(/projects: \[prj_abc\](?=.*preview)/, 'projects: []'),
      fault: '23:33 grants[1].allow.projects: empty; wanted a list of Vercel project ids',
    },
    {
      name: 'an unknown action',
      text: replace('actions: [deploy],', 'actions: [destroy],'),
      fault: '23:24 grants[1].allow.actions[0]: got "destroy"; wanted deploy, promote, rollback or audit',
    },
    {
      name: 'a project by name',
      text: replace(/projects: \[prj_abc\](?=.*preview)/, 'projects: [web]'),
      fault: 'grants[1].allow.projects[0]: got "web"; wanted a Vercel project id, prj_…',
    },
    {
      name: 'a pattern as project',
      text: replace(/projects: \[prj_abc\](?=.*preview)/, "projects: ['prj_*']"),
      fault: 'grants[1].allow.projects[0]: got "prj_*"; wanted a Vercel project id',
    },
    {
      name: 'a target in capitals',
      text: replace('targets: [preview]', 'targets: [Preview]'),
      fault: 'grants[1].allow.targets[0]: got "Preview"; wanted preview, production',
    },
    {
      name: 'no workspace',
      text: replace(`{ workspaceUuid: '${WORKSPACE}', `, '{ '),
      fault: '24:5 grants[1].when.workspaceUuid: missing; wanted the UUID of the workspace',
    },
    {
      name: 'no repository',
      text: replace(`, repositoryUuid: '${REPOSITORY}' }`, ' }'),
      fault: '24:5 grants[1].when.repositoryUuid: missing; wanted the UUID of the repository',
    },
    {
      name: 'a pattern as repository',
      text: replace(`repositoryUuid: '${REPOSITORY}'`, "repositoryUuid: '*'"),
      fault: 'grants[1].when.repositoryUuid: got "*"; wanted a UUID (or a list of them), without *',
    },
    {
      name: 'a pattern in any claim that is a UUID',
      text: replace(/branchName: .*/, "pipelineUuid: ['main']"),
      fault: 'grants[0].when.pipelineUuid[0]: got "main"; wanted a UUID',
    },
    {
      name: 'a UUID with a look-alike letter',
      text: replace(`repositoryUuid: '{2`, `repositoryUuid: '{\u0662`),
      fault: 'grants[1].when.repositoryUuid: got "{\\u06622222222-',
    },
    {
      name: 'a UUID with half its braces',
      text: replace(`workspaceUuid: '{1`, `workspaceUuid: '1`),
      fault: 'grants[0].when.workspaceUuid: got "1111',
    },
    {
      name: 'a UUID with a zero-width space',
      text: replace(`workspaceUuid: '${WORKSPACE}'`, `workspaceUuid: "${WORKSPACE.replace('{', '{\\u200b')}"`),
      fault: 'got "{\\u200b1111',
    },
    {
      name: 'a claim as a number',
      text: replace('[main', '[7'),
      fault: '19:20 grants[0].when.branchName[0]: got 7; wanted a text',
    },
    {
      name: 'a claim without value',
      text: replace(/branchName: .*/, 'branchName:'),
      fault: '19:7 grants[0].when.branchName: got null; wanted a text',
    },
    {
      name: 'an empty claim',
      text: replace(/branchName: .*/, "branchName: ''"),
      fault: '19:7 grants[0].when.branchName: got ""; wanted a text',
    },
    {
      name: 'an empty list of claims',
      text: replace(/branchName: .*/, 'branchName: []'),
      fault: '19:7 grants[0].when.branchName: empty; wanted a text',
    },
    {
      name: 'nine stars',
      text: replace("'release/*'", `'${'a*'.repeat(9)}'`),
      fault:
        'grants[0].when.branchName[1]: got "a*a*a*a*a*a*a*a*a*"; wanted a text of up to 1,024 characters with at most 8 *',
    },
    {
      name: 'an unknown signer',
      text: replace('signers: [vault', 'signers: [notary'),
      fault: '21:26 grants[0].require.signers[0]: got "notary"; wanted keyless, key, vault',
    },
    {
      name: 'a requirement as text',
      text: replace('noStatic: true', 'noStatic: yes'),
      fault: 'grants[0].require.noStatic: got "yes"; wanted true or false',
    },
  ])('is refused: $name', ({ text, fault }) => {
    expect(faultsOf(text)).toEqual([expect.stringContaining(fault)]);
  });
});
