/** Runs the whole pipe against a sandbox in this process, and takes what people would see. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { firstLine } from '../../src/app.ts';
import { runCommand } from '../../src/commands/index.ts';
import { nodeFiles } from '../../src/platform/files.ts';
import { createSandbox, type Sandbox } from '../../src/sandbox/index.ts';
import { sandboxNetwork } from '../../test/support/sandbox-network.ts';
import { makeClone } from '../demo-clone.ts';
import { STARTED_AT, steadyClock, steadyLog } from './steady.ts';

const RECORD_ID = 'b5c1d7f2-3a64-4c0e-9a51-0f2d8e6b7c93';

/** The runs that the README shows, by the name in its markers. */
export async function makeScreens(): Promise<Readonly<Record<string, string>>> {
  const deployed = await run({});
  const denied = await run({ branch: 'feature/pay' });
  const failed = await run({
    prepare: ({ vercel }) => vercel.planDeployments({ outcome: 'ERROR' }),
  });
  return {
    deploy: deployed,
    // The lines before are those of any run.
    denied: denied.slice(denied.search(/^.*✖ ERROR/m)),
    failed: failed.slice(failed.search(/^.* Created dpl_/m)),
  };
}

interface Scene {
  /** Of the step and its token. Default: main. */
  readonly branch?: string;
  readonly prepare?: (sandbox: Sandbox) => void;
}

async function run({ branch = 'main', prepare }: Scene): Promise<string> {
  const clock = steadyClock();
  const sandbox = await createSandbox({ now: () => clock.now(), step: { branch }, deployment: { eventMs: 1 } });
  prepare?.(sandbox);
  const { issuer, vercel } = sandbox;
  const clone = await makeClone(await mkdtemp(`${tmpdir()}/screens-`), issuer);
  const log = steadyLog();
  log.info(firstLine(STARTED_AT));
  await runCommand({
    args: [],
    organisationFolder: `${clone.directory}/none`,
    environment: {
      ...issuer.bitbucketEnvironment(await issuer.mintToken()),
      BITBUCKET_CLONE_DIR: clone.directory,
      VERCEL_TEAM_ID: vercel.team.id,
      VERCEL_PROJECT_ID: 'prj_web',
      TARGET: 'production',
    },
    workingDir: clone.directory,
    platform: {
      ...{ network: sandboxNetwork(sandbox), clock, files: nodeFiles, log },
      random: { uuid: () => RECORD_ID, fraction: () => 0 },
    },
    stop: new AbortController().signal,
    print: () => undefined,
  });
  await rm(clone.directory, { recursive: true });
  return log.text();
}
