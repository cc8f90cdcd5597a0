/** The peer: Vercel's own client in a process of its own, told by its environment what to deploy. */
import { createDeployment } from '@vercel/client';

const path = read('BENCH_PATH');
const client = {
  ...{ path, token: read('BENCH_TOKEN'), teamId: read('BENCH_TEAM'), apiUrl: read('BENCH_API') },
  prebuilt: true,
  vercelOutputDir: `${path}/.vercel/output`,
  skipAutoDetectionConfirmation: true,
  ...(process.env['BENCH_ARCHIVE'] === 'true' ? { archive: 'tgz' as const } : {}),
};

for await (const { type, payload } of createDeployment(client, { name: read('BENCH_PROJECT'), target: 'production' })) {
  if (type === 'error') throw payload;
  if (type === 'alias-assigned') process.stdout.write('live\n');
}

function read(name: string): string {
  const value = process.env[name];
  if (value === undefined) throw new Error(`${name} is not set`);
  return value;
}
