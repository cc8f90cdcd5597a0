import { spawn } from 'node:child_process';

/** As Bitbucket's docker would; this machine has no cgroups of its own to give. */
const BITBUCKET = [
  ...['--runtime', 'runc', 'run', '--rm', '--network=host', '--cgroups=no-conmon'],
  ...['--ulimit', 'nofile=1024:1024', '--ulimit', 'nproc=1024:1024'],
];

export interface ContainerRun {
  readonly image: string;
  /** Of the container, such as `--read-only`. */
  readonly options?: readonly string[];
  readonly workingDir: string;
  readonly environment: Readonly<Record<string, string>>;
  /** Folders that are mounted at their own paths. */
  readonly mounts: readonly string[];
  readonly args?: readonly string[];
}

export interface Ended {
  readonly status: number;
  readonly output: string;
}

/**
 * One container, started by a real shell with every value inside double quotes, as Bitbucket's agent writes it; the values
 * are for that shell to expand.
 */
export function runContainer(run: ContainerRun, onOutput?: (text: string) => void): Promise<Ended> {
  const { image, options = [], workingDir, environment, mounts, args = [] } = run;
  const words = [
    ...BITBUCKET,
    ...options,
    ...mounts.map((mount) => `--volume=${mount}`),
    `--workdir=${workingDir}`,
    '--label=org.bitbucket.pipelines.system=true',
  ].map((word) => `'${word}'`);
  const values = Object.entries(environment).map(([name, value]) => `--env=${name}="${value}"`);
  const line = ['exec', 'podman', ...words, ...values, image, ...args].join(' ');
  return new Promise((resolve, reject) => {
    const child = spawn('/bin/bash', ['-c', line], { stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => {
        output += text;
        onOutput?.(text);
      });
    }
    child.once('error', reject);
    child.once('close', (status) => resolve({ status: status ?? -1, output }));
  });
}

/** A value as a user's YAML must have it so that it arrives as it is. */
export function escapeForShell(value: string): string {
  return value.replaceAll(/["\\$`]/g, '\\$&');
}
