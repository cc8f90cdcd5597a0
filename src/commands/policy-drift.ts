import {
  findDrift,
  listPolicies,
  parseListing,
  toVercelSide,
  type LivePolicy,
  type WantedPolicy,
} from '../boundary/index.ts';
import { PipeError, type ExitStatus } from '../errors.ts';
import { createHttpClient } from '../http/index.ts';
import { Secret } from '../secret.ts';
import { VERSION } from '../version.ts';
import { readFile, readPolicy } from './policy-files.ts';
import type { PolicyArguments } from './policy-options.ts';
import type { PolicyInvocation } from './policy.ts';

const VERCEL_API = 'https://api.vercel.com';

/** Status 1 where what is live differs from what the file wants. */
export async function runDrift(args: PolicyArguments, invocation: PolicyInvocation): Promise<ExitStatus> {
  const { print, environment } = invocation;
  const { policies: wanted } = toVercelSide(await readPolicy(args, invocation));
  if (wanted.length === 0) throw nothingWanted();
  const usualTeam = args.options['--team'] ?? environment['VERCEL_TEAM_ID'];
  const teams = groupByTeam(wanted, usualTeam === '' ? undefined : usualTeam);
  const found: string[] = [];
  for (const [teamId, ofTeam] of teams) {
    const live = await readLive(teamId, args, invocation);
    const lines = findDrift(ofTeam, live);
    found.push(...lines);
    if (lines.length === 0) print(`No drift: ${tellAll(ofTeam, teamId)} as the file wants.\n`);
    else print(`Drift in ${teamId}:\n${lines.join('\n')}\n`);
  }
  return found.length === 0 ? 0 : 1;
}

function groupByTeam(
  wanted: readonly WantedPolicy[],
  usual: string | undefined,
): ReadonlyMap<string, readonly WantedPolicy[]> {
  const teams = new Map<string, WantedPolicy[]>();
  for (const policy of wanted) {
    const teamId = policy.teamId ?? usual;
    if (teamId === undefined) throw teamMissing(policy.grants);
    teams.set(teamId, [...(teams.get(teamId) ?? []), policy]);
  }
  return teams;
}

async function readLive(
  teamId: string,
  { options }: PolicyArguments,
  invocation: PolicyInvocation,
): Promise<readonly LivePolicy[]> {
  const { platform, environment, stop } = invocation;
  const saved = options['--live'];
  if (saved !== undefined) {
    const text = new TextDecoder().decode(await readFile(saved, invocation));
    return parseListing(text).filter((policy) => policy.teamId === undefined || policy.teamId === teamId);
  }
  const { network, clock, log, random } = platform;
  const http = createHttpClient({ network, clock, log, random, userAgent: `vercel-oidc-deploy/${VERSION}` });
  const apiUrl = readApiUrl(environment['VERCEL_API_URL']);
  return listPolicies({ http, apiUrl, teamId, token: readToken(environment['VERCEL_TOKEN']) }, stop);
}

/** The token goes there, so: https, or http on a loopback address. */
function readApiUrl(text: string | undefined): string {
  if (text === undefined || text === '') return VERCEL_API;
  if (/^https:\/\/[^/?#\s@]+\/?$|^http:\/\/(?:127\.0\.0\.1|localhost|\[::1\])(?::[0-9]+)?\/?$/.test(text)) {
    return text.replace(/\/$/, '');
  }
  throw new PipeError({
    code: 'USAGE',
    message: 'VERCEL_API_URL cannot be asked.',
    got: JSON.stringify(text.slice(0, 100)),
    wanted: 'an https address without a path (http on a loopback address only)',
  });
}

/** A step's own credential may deploy; whether it may list policies is the team's business, and mostly it may not. */
function readToken(text: string | undefined): Secret {
  if (text !== undefined && text !== '') return new Secret(text);
  throw new PipeError({
    code: 'USAGE',
    message: 'To read the live policies a Vercel token is needed.',
    got: 'VERCEL_TOKEN is not set',
    wanted: 'VERCEL_TOKEN of somebody who may manage the OIDC policies of the team',
    fix: [
      'Set VERCEL_TOKEN from a secured variable of a step that does this alone; or save the list elsewhere and compare:',
      `  curl -H "Authorization: Bearer $VERCEL_TOKEN" '${VERCEL_API}/v1/oauth-apps/oidc-federation/policies?teamId=TEAM' > live.json`,
      '  vercel-oidc-deploy policy drift deploy-policy.yml --live live.json',
    ].join('\n'),
  });
}

function tellAll({ length }: readonly unknown[], teamId: string): string {
  return length === 1 ? `the one policy of ${teamId} is` : `the ${String(length)} policies of ${teamId} are`;
}

function teamMissing(grants: readonly string[]): PipeError {
  return new PipeError({
    code: 'USAGE',
    message: `Nothing says to which Vercel team the policy for ${grants.join(', ')} belongs.`,
    wanted: 'vercel: { team: team_… } in the exchange, VERCEL_TEAM_ID, or --team',
  });
}

/** To compare nothing with what is live, and call it no drift, would be an answer that nobody asked for. */
function nothingWanted(): PipeError {
  return new PipeError({
    code: 'USAGE',
    message: "No grant of this policy uses Vercel's exchange, so it wants no OIDC policy there.",
    wanted: 'a grant whose exchange has a vercel hop',
  });
}
