import {
  chownSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import type { ServedSandbox } from '../../../src/sandbox/index.ts';
import { makeClone, type DemoClone } from '../../../tools/demo-clone.ts';

const AGENT = '/opt/atlassian/pipelines/agent';

/** A step on a build machine: what Bitbucket mounts into a pipe's container, and which variables its shell has. */
export interface BitbucketStep {
  /** The clone on this machine. */
  readonly clone: DemoClone;
  /** Where the container sees it. */
  readonly cloneDir: string;
  /** The folder of keys on this machine, which the container sees beside the clone. */
  readonly sshDir: string;
  readonly mounts: readonly string[];
  /** Bitbucket's own variables. */
  readonly environment: Readonly<Record<string, string>>;
  /** Variables of the repository and its environments, which the shell has and the container has not. */
  readonly secured: Readonly<Record<string, string>>;
  /** Under `variables:` of the pipe. */
  readonly variables: Readonly<Record<string, string>>;
  /** Names in the folder of records, sorted. */
  records(): string[];
  /** The text of the one record whose name ends so. */
  readRecord(ending: string): string;
  /** Paths below a folder of the clone, relative to it, sorted. */
  list(folder: string): string[];
  /** Ids of the users whose files those are. */
  owners(folder: string): number[];
  remove(): void;
}

export async function makeBitbucketStep({ sandbox, url }: ServedSandbox): Promise<BitbucketStep> {
  const { issuer, vercel } = sandbox;
  const host = mkdtempSync(`${tmpdir()}/container-test-`);
  const clone = await makeClone(`${host}/build`, issuer);
  mkdirSync(`${host}/ssh`, { mode: 0o700 });
  writeFileSync(`${host}/ssh/id_rsa`, 'the key of somebody else', { mode: 0o600 });
  writeFileSync(`${host}/docker`, '#!/bin/sh\n', { mode: 0o755 });
  const environment = issuer.bitbucketEnvironment(await issuer.mintToken());
  mkdirSync(`${clone.directory}${storageOf(environment)}`, { recursive: true });
  const list = (folder: string): string[] => listBelow(`${clone.directory}/${folder}`);
  const records = (): string[] => list('deploy-records');
  return {
    clone,
    cloneDir: `${AGENT}/build`,
    sshDir: `${host}/ssh`,
    mounts: [`${host}/build:${AGENT}/build`, `${host}/ssh:${AGENT}/ssh:ro`, `${host}/docker:/usr/local/bin/docker:ro`],
    environment,
    secured: { SIGNING_KEY: clone.signingKey },
    variables: {
      ...{ VERCEL_TEAM_ID: vercel.team.id, VERCEL_PROJECT_ID: 'prj_web', TARGET: 'production' },
      VERCEL_API_URL: url,
    },
    records,
    readRecord(ending) {
      const names = records().filter((name) => name.endsWith(ending));
      if (names.length !== 1) throw new Error(`${String(names.length)} records end with ${ending}`);
      return readFileSync(`${clone.directory}/deploy-records/${names[0] ?? ''}`, 'utf8');
    },
    list,
    owners: (folder) => list(folder).map((path) => lstatSync(`${clone.directory}/${folder}/${path}`).uid),
    remove: () => rmSync(host, { recursive: true, force: true }),
  };
}

function listBelow(folder: string): string[] {
  const isThere = lstatSync(folder, { throwIfNoEntry: false }) !== undefined;
  return isThere ? readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort() : [];
}

/** Gives the clone to another user, as a build that does not run as root leaves it. */
export function giveTo(folder: string, id: number): void {
  chownSync(folder, id, id);
  for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' })) chownSync(`${folder}/${name}`, id, id);
}

/** The pipe's own folder, which Bitbucket makes inside the clone. */
function storageOf(environment: Readonly<Record<string, string>>): string {
  return (environment['BITBUCKET_PIPE_STORAGE_DIR'] ?? '').slice(`${AGENT}/build`.length);
}
