import { PipeError, type ErrorCode } from '../errors.ts';
import { fixFor, SEAT_FIX } from './refusal-fixes.ts';
import type { Report } from './report.ts';
import type { Deployment } from './types.ts';

export const WANTED = 'READY, with its domains assigned';
/** Blocks that a seat lifts: the commit's author is no member of the team. */
const SEAT_BLOCKS = ['COMMIT_AUTHOR_REQUIRED', 'TEAM_ACCESS_REQUIRED'];

/** Whether the deployment has come to its end: live, or why not. Undefined while it is on its way. */
export function judge(report: Report): { readonly failure: PipeError | undefined } | undefined {
  const { deployment } = report;
  switch (deployment.readyState) {
    case 'ERROR':
      return failed(report, {
        message: 'The deployment failed on Vercel.',
        fix: `The build log above says why; all of it is at ${pageOf(deployment)}.`,
      });
    case 'CANCELED':
    case 'DELETED':
      return canceled(report);
    case 'BLOCKED':
      return blocked(report);
    case 'READY':
    case 'QUEUED':
    case 'INITIALIZING':
    case 'BUILDING':
      return judgeDomains(report);
  }
}

/** Where people look at a deployment: its page on Vercel. */
export function pageOf({ id, inspectorUrl, url }: Deployment): string {
  return inspectorUrl ?? (url === '' ? `deployment ${id} on Vercel` : url);
}

/** The variables of a step that puts it into production. */
export function promoteStep({ id }: Deployment): string {
  return `COMMAND: promote, DEPLOYMENT: ${id}`;
}

/** The deployment and its state, with what Vercel says of it. */
export function describeState({ deployment, reason }: Report): string {
  const { id, readyState, errorCode, errorMessage } = deployment;
  return [id, readyState, errorCode, errorMessage, reason].filter((part) => part !== undefined).join(' ');
}

function judgeDomains(report: Report): { readonly failure: PipeError | undefined } | undefined {
  const { deployment, aliasError, checksFailed } = report;
  if (aliasError !== undefined) {
    return failed(report, {
      message: 'The domains of the deployment could not be assigned.',
      got: aliasError,
      fix:
        fixFor(aliasError.split(' ')[0] ?? '', 0) ?? "Mend the project's domains on Vercel, then run the step again.",
    });
  }
  if (checksFailed) {
    const held = deployment.aliasAssigned ? 'and yet its domains are assigned' : 'so no domain points at it';
    return failed(report, {
      message: `A check of the deployment failed, ${held}.`,
      fix: `See the checks on the deployment's page: ${pageOf(deployment)}`,
    });
  }
  // READY alone is too early: no domain points at it yet.
  return deployment.readyState === 'READY' && deployment.aliasAssigned ? { failure: undefined } : undefined;
}

function canceled(report: Report): { readonly failure: PipeError } {
  const how = report.deployment.readyState === 'DELETED' ? 'deleted' : 'canceled';
  return failed(report, {
    code: 'DEPLOYMENT_CANCELED',
    message: `The deployment was ${how} on Vercel while it was followed.`,
    fix: "The team's activity log on Vercel says by whom. Run the step again if that was a mistake.",
  });
}

function blocked(report: Report): { readonly failure: PipeError } {
  const page = pageOf(report.deployment);
  return failed(report, {
    code: 'DEPLOYMENT_BLOCKED',
    message: 'Vercel blocks the deployment. It will not go on by itself.',
    fix: SEAT_BLOCKS.includes(report.blockCode ?? '')
      ? `${SEAT_FIX} ${page}`
      : `Its page on Vercel says what is missing, for example an approval by an owner: ${page}`,
  });
}

interface Words {
  readonly code?: ErrorCode;
  readonly message: string;
  readonly got?: string;
  readonly fix: string;
}

function failed(report: Report, words: Words): { readonly failure: PipeError } {
  const { code = 'DEPLOYMENT_FAILED', message, got = describeState(report), fix } = words;
  return { failure: new PipeError({ code, message, got, wanted: WANTED, fix }) };
}
