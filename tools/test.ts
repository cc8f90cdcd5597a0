/** What `npm test` runs: everything that must hold, then one line that counts. */
import { spawnSync } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { ROOT } from './bundle.ts';

interface Check {
  readonly name: string;
  readonly args: readonly string[];
}

const bin = (path: string): string => `${ROOT}node_modules/${path}`;
const scratch = await mkdtemp(`${tmpdir()}/vercel-oidc-deploy-test-`);
const results = `${scratch}/jest.json`;
const checks: readonly Check[] = [
  { name: 'generate', args: ['tools/generate.ts'] },
  { name: 'format', args: [bin('prettier/bin/prettier.cjs'), '--check', '--log-level', 'warn', '.'] },
  { name: 'lint', args: [bin('eslint/bin/eslint.js'), '--max-warnings', '0', '.'] },
  { name: 'types', args: ['tools/types.ts'] },
  { name: 'bundle', args: ['tools/build.ts'] },
];
const jest = [
  '--experimental-vm-modules',
  '--no-warnings',
  bin('jest/bin/jest.js'),
  '--json',
  `--outputFile=${results}`,
];

let passed = 0;
let failed = 0;
for (const { name, args } of checks) {
  const ok = spawnSync(process.execPath, args, { cwd: ROOT, stdio: 'inherit' }).status === 0;
  console.log(`${ok ? 'ok' : 'NOT OK'}: ${name}`);
  if (ok) passed += 1;
  else failed += 1;
}

const { status } = spawnSync(process.execPath, [...jest, ...process.argv.slice(2)], {
  cwd: ROOT,
  // jest's JSON goes to the file; what people read is on stderr.
  stdio: ['ignore', 'ignore', 'inherit'],
});
const report = await readReport();
passed += report.numPassedTests;
// A suite that could not even start counts too: it hides tests.
failed += report.numFailedTests + report.numRuntimeErrorTestSuites;
if (status !== 0 && failed === 0) failed = 1;
await rm(scratch, { recursive: true, force: true });

console.log(`${String(passed)} passed, ${String(failed)} failed`);
process.exitCode = failed === 0 ? 0 : 1;

async function readReport(): Promise<{
  numPassedTests: number;
  numFailedTests: number;
  numRuntimeErrorTestSuites: number;
}> {
  try {
    return JSON.parse(await readFile(results, 'utf8')) as Awaited<ReturnType<typeof readReport>>;
  } catch {
    return { numPassedTests: 0, numFailedTests: 1, numRuntimeErrorTestSuites: 0 };
  }
}
