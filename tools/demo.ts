/**
 * `npm run demo`; with `-- --chain NAME` the same by other identity providers; with `-- --full` what happens afterwards;
 * with `-- --audit` an audit. The first and the last take `--stay` too: the sandbox goes on.
 */
import { demoChain } from './demo-chain.ts';
import { demoAudit } from './demo-audit.ts';
import { readDemo, type Demo } from './demo-flags.ts';
import { demoFull } from './demo-full.ts';

try {
  if (!(await show(readDemo(process.argv.slice(2))))) process.exitCode = 1;
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 2;
}

/** @returns whether all went as it should. */
async function show(demo: Demo): Promise<boolean> {
  switch (demo.kind) {
    case 'full':
      return demoFull();
    case 'audit':
      return demoAudit();
    case 'chain':
      return demoChain(demo.chain);
    case 'deploy':
      // It sets the exit status itself.
      await import('./demo-deploy.ts');
      return true;
  }
}
