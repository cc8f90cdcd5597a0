import { PipeError } from '../errors.ts';
import type { Report } from './report.ts';

/** Whether the deployment has come to its end: live, or why not. Undefined while it is on its way. */
export function judge(report: Report): { readonly failure: PipeError | undefined } | undefined {
  const { deployment, aliasError, checksFailed, reason } = report;
  const got = [`${deployment.id} ${deployment.readyState}`, deployment.errorCode, deployment.errorMessage, reason]
    .filter((part) => part !== undefined)
    .join(' ');
  switch (deployment.readyState) {
    case 'ERROR':
      return failed('The deployment failed on Vercel.', got, 'The build log above says why.');
    case 'CANCELED':
    case 'DELETED':
      return canceled(deployment.readyState === 'DELETED' ? 'deleted' : 'canceled', got);
    case 'BLOCKED':
      return blocked(got);
    case 'READY':
    case 'QUEUED':
    case 'INITIALIZING':
    case 'BUILDING':
  }
  if (aliasError !== undefined) {
    const fix = "Mend the project's domains on Vercel, then run the step again.";
    return failed('The deployment is built, but its domains could not be assigned.', aliasError, fix);
  }
  if (checksFailed) {
    const fix = "See the checks on the deployment's page on Vercel.";
    return failed('A check of the deployment failed, so no domain points at it.', got, fix);
  }
  // READY alone is too early: no domain points at it yet.
  return deployment.readyState === 'READY' && deployment.aliasAssigned ? { failure: undefined } : undefined;
}

const WANTED = 'READY, with its domains assigned';

function failed(message: string, got: string, fix: string): { readonly failure: PipeError } {
  return { failure: new PipeError({ code: 'DEPLOYMENT_FAILED', message, got, wanted: WANTED, fix }) };
}

function canceled(how: string, got: string): { readonly failure: PipeError } {
  const message = `The deployment was ${how} on Vercel while it was followed.`;
  const fix = "The team's activity log on Vercel says by whom. Run the step again if that was a mistake.";
  return { failure: new PipeError({ code: 'DEPLOYMENT_CANCELED', message, got, wanted: WANTED, fix }) };
}

function blocked(got: string): { readonly failure: PipeError } {
  const message = 'Vercel blocks the deployment. It will not go on by itself.';
  const fix =
    "Its page on Vercel says what is missing; mostly a seat for the commit's author in the team, or an approval by an owner.";
  return { failure: new PipeError({ code: 'DEPLOYMENT_BLOCKED', message, got, wanted: WANTED, fix }) };
}
