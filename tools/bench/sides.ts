/** How each side is started on a clone. */
import { rmSync } from 'node:fs';
import type { Program } from './measure.ts';
import type { Programs } from './programs.ts';
import type { Race } from './rows.ts';
import type { Opened } from './server.ts';
import { makeSigningKey, write } from './trees.ts';

export type Side = 'ours' | 'peer';

export interface Start {
  readonly clone: string;
  readonly opened: Opened;
}

export interface Contestants {
  readonly bundle: string;
  readonly programs: Programs;
  /** The real CLI's `vc.js`. */
  readonly cli: string | undefined;
}

const signingKey = makeSigningKey();

/** The pipe, as Bitbucket starts it. */
export function prepareOurs(
  { bundle }: Contestants,
  variables: Readonly<Record<string, string>>,
  { clone, opened }: Start,
): Program {
  write(`${clone}/deploy-policy.yml`, opened.policy);
  return {
    title: 'the pipe',
    args: [bundle],
    cwd: clone,
    environment: {
      ...opened.environment,
      VERCEL_TEAM_ID: opened.teamId,
      VERCEL_PROJECT_ID: opened.projectId,
      TARGET: 'production',
      SIGNING_KEY: signingKey,
      VERCEL_API_URL: opened.url,
      ...variables,
    },
  };
}

export function preparePeer(
  { cli, programs }: Contestants,
  { archive }: Pick<Race, 'archive'>,
  { clone, opened }: Start,
): Program {
  const { url, teamId, projectId, projectName, classicToken } = opened;
  if (cli === undefined) {
    return {
      title: '@vercel/client',
      args: [programs.client],
      cwd: clone,
      environment: {
        ...{ BENCH_PATH: clone, BENCH_TOKEN: classicToken, BENCH_TEAM: teamId, BENCH_API: url },
        ...{ BENCH_PROJECT: projectName, BENCH_ARCHIVE: String(archive) },
      },
    };
  }
  write(`${clone}/.vercel/project.json`, JSON.stringify({ orgId: teamId, projectId }));
  const archived = archive ? ['--archive=tgz'] : [];
  return {
    title: 'the Vercel CLI',
    args: [cli, 'deploy', '--prebuilt', '--yes', '--prod', '--api', url, ...archived],
    cwd: clone,
    environment: {
      ...{ VERCEL_TOKEN: classicToken, CI: '1' },
      ...{ VERCEL_TELEMETRY_DISABLED: '1', NO_UPDATE_NOTIFIER: '1' },
    },
  };
}

/** What a side leaves in the clone must not meet the other one. */
export function cleanClone(clone: string): void {
  for (const path of ['deploy-policy.yml', 'deploy-records', '.vercel/project.json']) {
    rmSync(`${clone}/${path}`, { recursive: true, force: true });
  }
}
