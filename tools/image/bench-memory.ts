import { spawn } from 'node:child_process';
import { rm } from 'node:fs/promises';
import { serveSandbox } from '../../src/sandbox/index.ts';
import { makeTree } from '../bench/trees.ts';
import { makeClone } from '../demo-clone.ts';
import { watchPeak } from './peak.ts';
import { RUN_OPTIONS } from './runtime.ts';

/** A quarter of what Bitbucket gives to all the pipes of a step. */
export const MAX_PEAK_MIB = 256;

const FILES = 10_000;
const CLONE = '/opt/atlassian/pipelines/agent/build';

export interface Peak {
  readonly form: string;
  readonly files: number;
  readonly mib: number;
}

/** What the pipe's process takes at most, in a container whose clone is made in `scratch`. */
export async function measurePeaks(image: string, scratch: string): Promise<readonly Peak[]> {
  // In this process, not in the one that is measured.
  const served = await serveSandbox();
  const { issuer, vercel } = served.sandbox;
  try {
    const { directory } = await makeClone(`${scratch}/build`, issuer);
    await rm(`${directory}/.vercel/output`, { recursive: true });
    makeTree(directory, { files: FILES, bytes: 2048 });
    const peaks: Peak[] = [];
    for (const form of ['files', 'archive']) {
      const environment = {
        ...issuer.bitbucketEnvironment(await issuer.mintToken()),
        ...{ VERCEL_TEAM_ID: vercel.team.id, VERCEL_PROJECT_ID: 'prj_web', TARGET: 'production' },
        ...{ VERCEL_API_URL: served.url, UPLOAD: form, FORCE: 'true' },
      };
      const options = [`--volume=${directory}:${CLONE}`, `--workdir=${CLONE}`];
      peaks.push({ form, files: FILES, mib: await runWatched(image, options, environment, `${scratch}/${form}.pid`) });
    }
    return peaks;
  } finally {
    await served.close();
  }
}

async function runWatched(
  image: string,
  options: readonly string[],
  environment: Readonly<Record<string, string>>,
  pidFile: string,
): Promise<number> {
  const given = Object.keys(environment).map((name) => `--env=${name}`);
  const args = [...RUN_OPTIONS, '--network=host', `--pidfile=${pidFile}`, ...options, ...given, image];
  const endWatch = watchPeak(pidFile);
  const child = spawn('podman', args, {
    env: { ...process.env, ...environment },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const status = await new Promise((resolve, reject) => child.once('error', reject).once('close', resolve));
  const mib = endWatch() / 1024;
  if (status !== 0) throw new Error(`a deploy of ${String(FILES)} files ended with status ${String(status)}`);
  return mib;
}
