/** `npm run demo`, and with `-- --chain NAME` the same by other identity providers. */
import { demoChain, readChain } from './demo-chain.ts';

try {
  const chain = readChain(process.argv.slice(2));
  if (chain === undefined) await import('./demo-deploy.ts');
  else process.exitCode = (await demoChain(chain)) ? 0 : 1;
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 2;
}
