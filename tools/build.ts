import { buildBundle } from './bundle.ts';

const { outputs } = await buildBundle();
for (const [file, { bytes }] of Object.entries(outputs))
  console.log(`${file}: ${String(Math.round(bytes / 1024))} KiB`);
