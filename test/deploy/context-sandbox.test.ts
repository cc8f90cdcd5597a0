import { inspect } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import type { DeployContext } from '../../src/deploy/types.ts';
import { PipeError } from '../../src/errors.ts';
import { buildStatement } from '../../src/record/build.ts';
import { createKeySigner } from '../../src/signing/key.ts';
import { VALUE_CANARY } from '../../src/sandbox/vercel/variables.ts';
import { makeFacts } from '../record/support/facts.ts';
import { makeKeyPair } from '../signing/support/keys.ts';
import { contextScene, PREVIEW, PRODUCTION, PROJECT, QA } from './support/context.ts';

const names = ({ variables }: DeployContext): unknown => variables?.map(({ name }) => name);
const CANARY_IN_BASE64 = Buffer.from(VALUE_CANARY).toString('base64').slice(0, 12);

describe("the sandbox's project", () => {
  it('is read whole: settings, variables, and no earlier record', async () => {
    const { read, sandbox } = await contextScene();
    const context = await read();
    expect(context).toMatchObject({ customEnvironmentId: undefined, previous: [], refusals: [] });
    expect(context.lastOfTarget).toBeUndefined();
    expect(context.settings).toEqual({
      ...{ framework: null, nodeVersion: '24.x', rootDirectory: null, sourceFilesOutsideRootDirectory: true },
      ...{ outputDirectory: null, buildCommand: null, installCommand: null, devCommand: null },
      ...{ autoAssignCustomDomains: true, autoExposeSystemEnvs: true, directoryListing: false },
      ...{ skewProtectionMaxAge: 43_200, passwordProtection: null, rollingRelease: null },
      'resourceConfig.fluid': true,
      'resourceConfig.functionDefaultRegions': 'iad1',
      'resourceConfig.functionDefaultTimeout': 300,
      'ssoProtection.deploymentType': 'all_except_custom_domains',
    });
    expect(names(context)).toEqual(['API_URL', 'DATABASE_URL', 'SESSION_KEY']);
    const asked = sandbox.journal.map(({ path, query, status }) => `${path}${query} ${String(status)}`);
    expect(asked.sort()).toEqual([
      '/v10/projects/prj_web/env?teamId=team_acme 200',
      '/v7/deployments?projectId=prj_web&limit=20&target=production&teamId=team_acme 200',
      '/v7/deployments?projectId=prj_web&limit=20&teamId=team_acme 200',
      '/v9/projects/prj_web?teamId=team_acme 200',
    ]);
  });

  it('gives a preview its branches, and a custom environment its own', async () => {
    const { read } = await contextScene();
    const preview = await read(PREVIEW);
    expect(names(preview)).toEqual(['API_URL', 'FLAG', 'SESSION_KEY']);
    expect(preview.variables?.[1]).toMatchObject({ name: 'FLAG', type: 'encrypted', gitBranch: 'feature/one' });
    const custom = await read(QA);
    expect(custom).toMatchObject({ customEnvironmentId: 'env_qa', refusals: [] });
    expect(names(custom)).toEqual(['API_URL']);
  });

  it.each([PRODUCTION, PREVIEW, QA])(
    'keeps no value, for $kind: not in itself, not in a record, not in the log',
    async (target) => {
      const { read, platform, sandbox } = await contextScene();
      sandbox.vercel.setVariable(PROJECT, { key: 'PLAIN', type: 'plain' });
      const context = await read(target);
      const record = buildStatement(makeFacts(createKeySigner(makeKeyPair().pkcs8), { context }));
      const seen = [
        inspect(context, { depth: 9 }),
        JSON.stringify(context),
        JSON.stringify(record),
        inspect(platform.log, { depth: 9 }),
      ];
      for (const text of seen) {
        expect(text).not.toContain(VALUE_CANARY);
        expect(text).not.toContain(CANARY_IN_BASE64);
      }
      expect(seen.join()).toContain('API_URL');
    },
  );

  it('is refused its variables, and gives the rest', async () => {
    const projects = [{ id: PROJECT, name: 'web', variablesNeedUser: true, variables: [{ key: 'A' }] }];
    const app = await (await contextScene({ projects }, 'app')).read();
    expect(app.refusals).toEqual(['variables: status 403 forbidden']);
    expect(app.variables).toBeUndefined();
    expect(app.settings).toMatchObject({ nodeVersion: '24.x' });
    expect(names(await (await contextScene({ projects })).read())).toEqual(['A']);
  });

  it('hides those of production, which are then not passed off as the whole', async () => {
    const projects = [
      {
        id: PROJECT,
        name: 'web',
        hideProductionVariables: true,
        variables: [{ key: 'A' }, { key: 'B', target: ['preview'] as const }],
      },
    ];
    const { read } = await contextScene({ projects });
    expect(await read()).toMatchObject({ variables: undefined, refusals: ['variables: Vercel hides 1 of production'] });
    expect(names(await read(PREVIEW))).toEqual(['B']);
  });

  it('is asked for the next page of its variables', async () => {
    const { read, sandbox } = await contextScene();
    const body = { envs: [{ key: 'FIRST', id: '1', type: 'plain', target: ['production'] }], pagination: { next: 5 } };
    sandbox.misbehave({ match: { path: /\/env$/ }, action: { kind: 'status', status: 200, body } });
    expect(names(await read())).toEqual(['API_URL', 'DATABASE_URL', 'FIRST', 'SESSION_KEY']);
    const queries = sandbox.journal.filter(({ path }) => path.endsWith('/env')).map(({ query }) => query);
    expect(queries).toEqual(['?teamId=team_acme', '?until=5&teamId=team_acme']);
  });

  it('is asked twice at most, and not for longer than it is worth', async () => {
    const { read, sandbox, platform } = await contextScene();
    sandbox.misbehave({ match: { path: /\/env$/ }, times: 9, action: { kind: 'status', status: 503, body: {} } });
    sandbox.misbehave({
      match: { path: /deployments$/ },
      times: 9,
      action: { kind: 'rate-limit', retryAfterSeconds: 30 },
    });
    sandbox.misbehave({ match: { path: /prj_web$/ }, times: 9, action: { kind: 'reset' } });
    const { refusals, ...nothing } = await read(PREVIEW);
    expect(refusals).toEqual(['settings: NETWORK', 'variables: status 503', 'deployments: status 429 rate_limited']);
    expect(Object.values(nothing).filter((part) => part !== undefined)).toEqual([]);
    expect(sandbox.journal.map(({ path }) => path).sort()).toEqual([
      ...['/v10/projects/prj_web/env', '/v10/projects/prj_web/env', '/v7/deployments'],
      ...['/v9/projects/prj_web', '/v9/projects/prj_web'],
    ]);
    expect(Math.max(...platform.clock.slept)).toBeLessThan(1001);
  });

  it('may not answer with more than 2 MiB', async () => {
    const settings = { buildCommand: 'x'.repeat(2 * 1024 * 1024) };
    const { read } = await contextScene({ projects: [{ id: PROJECT, name: 'web', settings }] });
    expect((await read()).refusals).toEqual(['settings: SERVICE_FAILED']);
  });

  it.each([
    { name: 'its five seconds', end: (abort: () => void, expire: () => void) => (expire(), abort) },
    { name: 'the end of the run', end: (abort: () => void) => (abort(), abort) },
  ])('that does not answer ends with $name', async ({ end }) => {
    const { read, sandbox, platform } = await contextScene();
    sandbox.misbehave({ match: { path: /./ }, times: 9, action: { kind: 'delay', ms: 50 } });
    const run = new AbortController();
    const reading = read(PRODUCTION, run.signal);
    end(
      () => run.abort(new PipeError({ code: 'TIMEOUT', message: 'over' })),
      () => platform.clock.expire(),
    );
    expect((await reading).refusals).toEqual([
      ...['settings: no answer in time', 'variables: no answer in time', 'deployments: no answer in time'],
    ]);
  });
});
