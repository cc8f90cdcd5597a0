import { randomId, type State } from './state.ts';
import type { BuildEvent, SandboxDeployment } from './deployment-types.ts';

type Line = readonly [type: string, text: string];

const MACHINE: readonly Line[] = [
  ['stdout', 'Running build in Washington, D.C., USA (East) – iad1'],
  ['stdout', 'Build machine configuration: 2 cores, 8 GB'],
];
const PREBUILT: readonly Line[] = [
  ...MACHINE,
  ['command', 'Using prebuilt build artifacts from .vercel/output'],
  ['stderr', 'Warning: Edge Functions are deprecated. Use Vercel Functions with the Node.js runtime.'],
];
const BUILT: readonly Line[] = [['stdout', 'Deployment completed']];

function fromSource({ files, unpacked }: SandboxDeployment): readonly Line[] {
  return [
    ...MACHINE,
    ['stdout', `Downloading ${String((unpacked ?? files).length)} deployment files...`],
    ['command', 'Running "vercel build"'],
    ['stdout', 'Installing dependencies...'],
    ['stdout', 'Build Completed in /vercel/output'],
    ['stdout', 'Deploying outputs...'],
  ];
}

function linesOf(deployment: SandboxDeployment, readyState: string): readonly Line[] {
  if (readyState === 'BUILDING') return deployment.prebuilt ? PREBUILT : fromSource(deployment);
  return readyState === 'READY' ? BUILT : [];
}

/** The stage that a deployment has just reached, and why it failed where it has. */
interface Reached {
  readonly readyState: string;
  readonly done?: boolean;
  readonly reason: string;
}

/** What the build log gains there. */
export function writeEvents(state: State, deployment: SandboxDeployment, { readyState, done, reason }: Reached): void {
  const { plan, assigned, aliases, autoAssignCustomDomains } = deployment;
  if (done && readyState === 'READY') {
    const aliasFailed = plan.outcome === 'ALIAS_ERROR' && autoAssignCustomDomains;
    if (assigned || aliasFailed) {
      push(state, deployment, { type: 'alias-assigned', text: '', alias: assigned ? aliases : [] });
    }
    return;
  }
  for (const [type, text] of linesOf(deployment, readyState)) push(state, deployment, { type, text });
  if (readyState === 'ERROR') push(state, deployment, { type: 'stderr', text: `Error: ${reason}`, level: 'error' });
  push(state, deployment, { type: 'deployment-state', text: '', readyState });
}

function push(state: State, deployment: SandboxDeployment, event: Omit<BuildEvent, 'id' | 'serial' | 'date'>): void {
  const last = deployment.events.at(-1)?.date ?? 0;
  // Dates are unique and rising, so that `since` names one event.
  const date = Math.max(state.now(), last + 1);
  deployment.events.push({ id: `evt_${randomId(16)}`, serial: String(deployment.events.length), date, ...event });
}
