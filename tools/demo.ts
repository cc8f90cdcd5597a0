/**
 * `npm run demo`; with `-- --chain NAME` the same by other identity providers; with `-- --full` what happens afterwards;
 * with `-- --audit` an audit. The first and the last take `--stay` too: the sandbox goes on.
 */
import { demoChain, readChain } from './demo-chain.ts';
import { demoAudit } from './demo-audit.ts';
import { demoFull } from './demo-full.ts';

try {
  const chain = readChain(process.argv.slice(2));
  if (process.argv.includes('--full')) process.exitCode = (await demoFull()) ? 0 : 1;
  else if (process.argv.includes('--audit')) process.exitCode = (await demoAudit()) ? 0 : 1;
  else if (chain === undefined) await import('./demo-deploy.ts');
  else process.exitCode = (await demoChain(chain)) ? 0 : 1;
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 2;
}
