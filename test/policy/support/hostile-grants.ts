import { bad, inWhen, replace, type HostileFile } from './hostile.ts';
import { WORKSPACE } from './policy.ts';

/** Grants that would allow more than they seem to, or nothing at all. */
export const HOSTILE_GRANTS: readonly HostileFile[] = [
  bad(
    'a UUID with a Cyrillic letter',
    replace(WORKSPACE, WORKSPACE.replace('4', '\u0430')),
    '16:7 grants[0].when.workspaceUuid: got "{11111111-1111-\\u0430111-8111-111111111111}"; wanted a UUID (or a list of them), without *',
  ),
  bad(
    'a UUID with full-width digits',
    replace(WORKSPACE, WORKSPACE.replace('1', '\uff11')),
    '16:7 grants[0].when.workspaceUuid: got "{\\uff111111111-1111-4111-8111-111111111111}"; wanted a UUID (or a list of them), without *',
  ),
  bad(
    'a UUID with a dash that is not one',
    replace(WORKSPACE, WORKSPACE.replace('-', '\u2010')),
    '16:7 grants[0].when.workspaceUuid: got "{11111111\\u20101111-4111-8111-111111111111}"; wanted a UUID (or a list of them), without *',
  ),
  bad(
    'a UUID with letters beyond f',
    replace(WORKSPACE, WORKSPACE.replace('1', 'g')),
    '16:7 grants[0].when.workspaceUuid: got "{g1111111-1111-4111-8111-111111111111}"; wanted a UUID (or a list of them), without *',
  ),
  bad(
    'a UUID with half its braces',
    replace(WORKSPACE, WORKSPACE.replace('}', '')),
    '16:7 grants[0].when.workspaceUuid: got "{11111111-1111-4111-8111-111111111111"; wanted a UUID (or a list of them), without *',
  ),
  bad(
    'a pattern as a UUID',
    replace(WORKSPACE, '*'),
    '16:7 grants[0].when.workspaceUuid: got "*"; wanted a UUID (or a list of them), without *',
  ),
  bad(
    'a pattern as any UUID',
    inWhen("stepUuid: '*'"),
    '19:7 grants[0].when.stepUuid: got "*"; wanted a UUID (or a list of them), without *',
  ),
  bad(
    'a UUID that YAML reads as a number',
    replace(`'${WORKSPACE}'`, '11111111'),
    '16:7 grants[0].when.workspaceUuid: got 11111111; wanted a UUID (or a list of them), without *',
  ),
  bad(
    'no workspace',
    replace(/ +workspaceUuid: .*\n/, ''),
    '15:5 grants[0].when.workspaceUuid: missing; wanted the UUID of the workspace',
  ),
  bad(
    'no repository',
    replace(/ +repositoryUuid: \[.*\n/, ''),
    '15:5 grants[0].when.repositoryUuid: missing; wanted the UUID of the repository (or a list of them)',
  ),
  bad(
    'a repository that is null',
    replace(/repositoryUuid: \[.*\n/, 'repositoryUuid:\n'),
    '17:7 grants[0].when.repositoryUuid: got null; wanted a UUID (or a list of them), without *',
  ),
  bad(
    'an empty list of branches',
    replace("[main, 'release/*']", '[]'),
    '19:7 grants[0].when.branchName: empty; wanted a text of up to 1,024 characters with at most 8 * (or a list of them)',
  ),
  bad(
    'an empty branch',
    replace('[main,', "['',"),
    '19:20 grants[0].when.branchName[0]: got ""; wanted a text of up to 1,024 characters with at most 8 * (or a list of them), within 1',
  ),
  bad(
    'a glob bomb',
    replace("'release/*'", `'${'*a'.repeat(9)}'`),
    '19:26 grants[0].when.branchName[1]: got "*a*a*a*a*a*a*a*a*a"; wanted a text of up to 1,024 characters with at most 8 * (or a list of them)',
  ),
  bad(
    'a glob of stars',
    replace("'release/*'", `'${'*'.repeat(1000)}'`),
    '19:26 grants[0].when.branchName[1]: got "*******************************************************************************…; wanted a text of up to 1,024 characters with at most 8 * (or a list of them)',
  ),
  bad(
    'a glob of 2,000 letters',
    replace("'release/*'", `'${'a'.repeat(2000)}'`),
    '19:26 grants[0].when.branchName[1]: got "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa…; wanted a text of up to 1,024 characters with at most 8 * (or a list of them), within 1024',
  ),
  bad(
    'a control character in a value',
    replace("'release/*'", '"a\\e[2K"'),
    '19:26 grants[0].when.branchName[1]: got "a\\u001b[2K"; wanted a text of up to 1,024 characters with at most 8 * (or a list of them)',
  ),
  bad(
    'production in any environment',
    replace(/deploymentEnvironmentUuid: .*/, "deploymentEnvironment: '**'"),
    '18:7 grants[0].when.deploymentEnvironment: * is any environment; wanted the deployment environment that the step must run in',
  ),
  bad(
    'production in no environment',
    replace(/ +deploymentEnvironmentUuid: .*\n/, ''),
    '15:5 grants[0].when.deploymentEnvironmentUuid: missing, and the grant allows promote, rollback, production; wanted the deployment environment that the step must run in',
  ),
  bad(
    'rollback in no environment',
    replace('actions: [deploy],', 'actions: [deploy, rollback],'),
    '24:5 grants[1].when.deploymentEnvironmentUuid: missing, and the grant allows rollback; wanted the deployment environment that the step must run in',
  ),
  bad(
    'one id for two grants',
    replace('id: web-preview', 'id: web-production'),
    '22:5 grants[1].id: "web-production" names another grant too; wanted an id of its own',
  ),
  bad(
    'an id with a line break',
    replace('id: web-preview', 'id: "a\\nb"'),
    '22:5 grants[1].id: got "a\\nb"; wanted a name of letters, digits, . _ -',
  ),
  bad(
    'an action for everything',
    replace('[deploy],', "['*'],"),
    '23:24 grants[1].allow.actions[0]: got "*"; wanted deploy, promote, rollback or audit',
  ),
  bad(
    'a project by a pattern',
    replace('[prj_abc], targets: [preview]', "['prj_*'], targets: [preview]"),
    '23:44 grants[1].allow.projects[0]: got "prj_*"; wanted a Vercel project id, prj_…',
  ),
  bad(
    'a target by a pattern',
    replace('[preview]', "['*']"),
    '23:64 grants[1].allow.targets[0]: got "*"; wanted preview, production, or a custom environment\'s slug',
  ),
  bad(
    'the target development',
    replace('[preview]', '[development]'),
    '23:64 grants[1].allow.targets[0]: got "development"; wanted preview, production, or a custom environment\'s slug',
  ),
  bad(
    'an actor that nobody can be',
    replace('noStatic: true', 'actors: [unknown]'),
    '21:48 grants[0].require.actors[0]: got "unknown"; wanted human, agent or schedule',
  ),
  bad(
    'an empty list of actors',
    replace('noStatic: true', 'actors: []'),
    '21:39 grants[0].require.actors: empty; wanted a list of human, agent, schedule',
  ),
  bad(
    'a requirement as text',
    replace('noStatic: true', "noStatic: 'yes'"),
    '21:39 grants[0].require.noStatic: got "yes"; wanted true or false',
  ),
];
