/**
 * Loaded into every Node process that is measured, by `NODE_OPTIONS`: writes what the process has used, when it ends.
 * Node tells nobody about a child's usage. The peak is the kernel's own (`VmHWM`): `ru_maxrss` would begin with what
 * the parent had when it started the child.
 */
import { readFileSync, writeFileSync } from 'node:fs';

export interface HookReport {
  /** Microseconds, user and system. */
  readonly cpuMicros: number;
  readonly peakKiB: number;
}

const folder = process.env['BENCH_USAGE_DIR'];
const { pid } = process;

process.on('exit', () => {
  if (folder === undefined) return;
  const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage();
  const report: HookReport = { cpuMicros: userCPUTime + systemCPUTime, peakKiB: readPeak() ?? maxRSS };
  writeFileSync(`${folder}/${String(pid)}.json`, JSON.stringify(report));
});

/** Undefined where there is no `/proc`. */
function readPeak(): number | undefined {
  try {
    const peak = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'latin1'))?.[1];
    return peak === undefined ? undefined : Number(peak);
  } catch {
    return undefined;
  }
}
