/** `npm run types`: checks every TypeScript file, what runs in a browser with a browser's types and nothing else. */
import { spawnSync } from 'node:child_process';
import { ROOT } from './root.ts';

const TSC = `${ROOT}node_modules/typescript/bin/tsc`;
const PROJECTS = ['.', 'src/audit/page/client', 'test/browser'];

const statuses = PROJECTS.map(
  (project) =>
    spawnSync(process.execPath, [TSC, '--noEmit', '-p', project], { cwd: ROOT, stdio: 'inherit' }).status ?? 1,
);
process.exitCode = Math.max(...statuses);
