/**
 * `npm run test:browser`: opens the audit's page in headless Chromium and uses it as people do. Status 3 where there is
 * no Chromium; `CHROMIUM` names one that is elsewhere.
 */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { ROOT } from './root.ts';

const PLACES = [process.env['CHROMIUM'], '/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];
const JEST = ['--experimental-vm-modules', '--no-warnings', `${ROOT}node_modules/jest/bin/jest.js`];

process.exitCode = testPage();

function testPage(): number {
  const chromium = PLACES.find((path) => path !== undefined && path !== '' && existsSync(path));
  if (chromium === undefined) {
    console.error("NOT RUN: there is no Chromium. Debian's package has it: apt-get install chromium");
    return 3;
  }
  const args = [...JEST, '--config', `${ROOT}jest.browser.config.js`, ...process.argv.slice(2)];
  const env = { ...process.env, CHROMIUM: chromium };
  return spawnSync(process.execPath, args, { cwd: ROOT, env, stdio: 'inherit' }).status ?? 1;
}
