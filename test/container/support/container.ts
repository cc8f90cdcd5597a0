import { spawn } from 'node:child_process';
import { RUN_OPTIONS } from '../../../tools/image/runtime.ts';
import type { BitbucketStep } from './step.ts';

export interface ContainerRun {
  readonly step: BitbucketStep;
  /** Default: the pipe's, as the tests have built it. */
  readonly image?: string;
  /** Of the container, such as `--read-only`. */
  readonly options?: readonly string[];
  /** Default: that of the machine, where the sandbox is. */
  readonly network?: 'host' | 'none';
  /** Under the clone. Default: the clone itself. */
  readonly workingDir?: string;
  /** What stands under `variables:` in YAML, for the step's shell to expand. */
  readonly variables?: Readonly<Record<string, string | readonly string[]>>;
  readonly args?: readonly string[];
  readonly onOutput?: (text: string) => void;
}

export interface Ended {
  readonly status: number;
  readonly output: string;
}

/** What the test's runner has built. */
export function builtImage(): string {
  const image = process.env['CONTAINER_IMAGE'];
  if (image === undefined) throw new Error('There is no image: run npm run test:container.');
  return image;
}

/**
 * One container, started by a real shell that has the step's variables and writes each value inside double quotes, as
 * Bitbucket's agent does it: `docker run … --env=BITBUCKET_COMMIT="$BITBUCKET_COMMIT" … -e TARGET="production" IMAGE`.
 */
export function runContainer(run: ContainerRun): Promise<Ended> {
  const { step, image = builtImage(), options = [], network = 'host', workingDir = '', args = [], onOutput } = run;
  const words = [
    ...RUN_OPTIONS,
    `--network=${network}`,
    ...options,
    ...step.mounts.map((mount) => `--volume=${mount}`),
    `--workdir=${step.cloneDir}${workingDir}`,
    '--label=org.bitbucket.pipelines.system=true',
  ].map((word) => `'${word}'`);
  const given = Object.keys(step.environment).map((name) => `--env=${name}="$${name}"`);
  const values = listValues({ ...step.variables, ...run.variables }).map(([name, text]) => `-e ${name}="${text}"`);
  const line = ['exec', 'podman', ...words, ...given, ...values, image, ...args.map((arg) => `'${arg}'`)].join(' ');
  const env = { ...process.env, ...step.secured, ...step.environment };
  return new Promise((resolve, reject) => {
    const child = spawn('/bin/bash', ['-c', line], { env, stdio: ['ignore', 'pipe', 'pipe'] });
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

/** Bitbucket hands over a list as its length and its items. */
function listValues(variables: Readonly<Record<string, string | readonly string[]>>): [string, string][] {
  return Object.entries(variables).flatMap(([name, value]): [string, string][] =>
    typeof value === 'string'
      ? [[name, value]]
      : [
          [`${name}_COUNT`, String(value.length)],
          ...value.map((item, index): [string, string] => [`${name}_${String(index)}`, item]),
        ],
  );
}
