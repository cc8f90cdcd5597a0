import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { runPolicy } from '../../../src/commands/policy.ts';
import type { ExitStatus } from '../../../src/errors.ts';
import { createSandbox, type Sandbox, type SandboxOptions } from '../../../src/sandbox/index.ts';
import { SAMPLE } from '../../boundary/support/policies.ts';
import { sandboxNetwork } from '../../support/sandbox-network.ts';
import { testPlatform } from '../../support/test-platform.ts';

export interface Outcome {
  readonly status: ExitStatus;
  /** The standard output. */
  readonly printed: string;
  readonly log: string;
}

/** A folder with the sample as `deploy-policy.yml`, and a Vercel without any policy for its team. */
export interface PolicyFolder {
  readonly path: string;
  readonly sandbox: Sandbox;
  write(name: string, text: string): Promise<void>;
  read(name: string): Promise<string>;
  /** Runs `policy` with these words. */
  policy(args: readonly string[], environment?: Readonly<Record<string, string>>): Promise<Outcome>;
  remove(): Promise<void>;
}

export async function makePolicyFolder(more: Pick<SandboxOptions, 'providers'> = {}): Promise<PolicyFolder> {
  const path = await mkdtemp(`${tmpdir()}/policy-`);
  const projects = [{ id: 'prj_abc', name: 'web' }];
  const sandbox = await createSandbox({ policies: [], team: { id: 'team_abc' }, projects, ...more });
  // Those for the tokens of other providers come with them.
  (sandbox.vercel.policies as unknown[]).splice(0);
  const folder: PolicyFolder = {
    ...{ path, sandbox },
    write: (name, text) => writeFile(`${path}/${name}`, text),
    read: (name) => readFile(`${path}/${name}`, 'utf8'),
    async policy(args, environment = {}) {
      const platform = testPlatform(sandboxNetwork(sandbox));
      const printed: string[] = [];
      const status = await runPolicy({
        ...{ args, environment, platform },
        workingDir: path,
        stop: new AbortController().signal,
        print: (text) => void printed.push(text),
      });
      return { status, printed: printed.join(''), log: platform.log.text() };
    },
    remove: () => rm(path, { recursive: true }),
  };
  await folder.write('deploy-policy.yml', SAMPLE);
  return folder;
}
