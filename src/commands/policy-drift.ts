import {
  findDrift,
  listPolicies,
  listVaultRoles,
  parseListing,
  toVercelSide,
  type LivePolicy,
  type WantedPolicy,
} from '../boundary/index.ts';
import { PipeError, type ExitStatus } from '../errors.ts';
import { createHttpClient, type HttpClient } from '../http/index.ts';
import { Secret } from '../secret.ts';
import { VERSION } from '../version.ts';
import { openVaultSides } from './policy-drift-vault.ts';
import { readFile, readPolicy } from './policy-files.ts';
import type { PolicyArguments } from './policy-options.ts';
import type { PolicyInvocation } from './policy.ts';

const VERCEL_API = 'https://api.vercel.com';

/** What one server holds, beside what the file wants there. */
export interface Side {
  readonly place: string;
  /** What is as the file wants, where nothing differs; ends with its verb. */
  readonly wanted: string;
  /** The differences, as lines. @throws {PipeError} where it cannot be read. */
  compare(): Promise<readonly string[]>;
}

/** Status 1 where what is live differs from what the file wants, at Vercel or at Vault. */
export async function runDrift(args: PolicyArguments, invocation: PolicyInvocation): Promise<ExitStatus> {
  const { platform, print } = invocation;
  const policy = await readPolicy(args, invocation);
  const { policies: wanted } = toVercelSide(policy);
  const roles = listVaultRoles(policy);
  if (wanted.length === 0 && roles.length === 0) throw nothingWanted();
  const { network, clock, log, random } = platform;
  const http = createHttpClient({ network, clock, log, random, userAgent: `vercel-oidc-deploy/${VERSION}` });
  // What is missing for either is said before anything is asked.
  const sides = [...openVercelSides(wanted, args, invocation, http), ...openVaultSides(roles, invocation, http)];
  let drifted = false;
  for (const side of sides) {
    const lines = await side.compare();
    if (lines.length === 0) print(`No drift: ${side.wanted} as the file wants.\n`);
    else print(`Drift in ${side.place}:\n${lines.join('\n')}\n`);
    drifted ||= lines.length > 0;
  }
  return drifted ? 1 : 0;
}

function openVercelSides(
  wanted: readonly WantedPolicy[],
  args: PolicyArguments,
  invocation: PolicyInvocation,
  http: HttpClient,
): readonly Side[] {
  if (wanted.length === 0) {
    if (args.options['--live'] !== undefined) throw listUnused();
    return [];
  }
  const { environment } = invocation;
  const usualTeam = args.options['--team'] ?? environment['VERCEL_TEAM_ID'];
  const teams = groupByTeam(wanted, usualTeam === '' ? undefined : usualTeam);
  const readLive = openListing(args, invocation, http);
  return [...teams].map(([teamId, ofTeam]) => ({
    place: teamId,
    wanted: tellAll(ofTeam, teamId),
    compare: async () => findDrift(ofTeam, await readLive(teamId)),
  }));
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

/** Reads a team's policies: from the saved list, or from Vercel. */
function openListing(
  { options, files }: PolicyArguments,
  invocation: PolicyInvocation,
  http: HttpClient,
): (teamId: string) => Promise<readonly LivePolicy[]> {
  const { environment, stop, workingDir } = invocation;
  const saved = options['--live'];
  if (saved !== undefined) {
    return async (teamId) => {
      const text = new TextDecoder().decode(await readFile(saved, invocation));
      return parseListing(text).filter((policy) => policy.teamId === undefined || policy.teamId === teamId);
    };
  }
  const apiUrl = readApiUrl(environment['VERCEL_API_URL']);
  const token = readToken(environment['VERCEL_TOKEN'], nameFile(files[0], workingDir));
  return (teamId) => listPolicies({ http, apiUrl, teamId, token }, stop);
}

/** The token goes there, so: https, or http on a loopback address. */
function readApiUrl(text: string | undefined): string {
  if (text === undefined || text === '') return VERCEL_API;
  const isBare = /^https:\/\/[^/?#\s@]+\/?$|^http:\/\/(?:127\.0\.0\.1|localhost|\[::1\])(?::[0-9]+)?\/?$/.test(text);
  if (isBare && URL.canParse(text)) return text.replace(/\/$/, '');
  throw new PipeError({
    code: 'USAGE',
    message: 'VERCEL_API_URL cannot be asked.',
    got: JSON.stringify(text.slice(0, 100)),
    wanted: 'an https address without a path (http on a loopback address only)',
  });
}

/** The policy's file as a shell takes it where the command was given. */
function nameFile(path: string, workingDir: string): string {
  const name = path.startsWith(`${workingDir}/`) ? path.slice(workingDir.length + 1) : path;
  return /^[\w./@%+=:,-]+$/.test(name) ? name : `'${name.replaceAll("'", String.raw`'\''`)}'`;
}

/** A step's own credential may deploy; whether it may list policies is the team's business, and mostly it may not. */
function readToken(text: string | undefined, file: string): Secret {
  if (text !== undefined && text !== '') return new Secret(text);
  throw new PipeError({
    code: 'USAGE',
    message: 'To read the live policies a Vercel token is needed.',
    got: 'VERCEL_TOKEN is not set',
    wanted: 'VERCEL_TOKEN of somebody who may manage the OIDC policies of the team',
    fix: [
      'Set VERCEL_TOKEN from a secured variable of a step that does this alone; or save the list elsewhere and compare:',
      `  curl -H "Authorization: Bearer $VERCEL_TOKEN" '${VERCEL_API}/v1/oauth-apps/oidc-federation/policies?teamId=TEAM' > live.json`,
      `  vercel-oidc-deploy policy drift ${file} --live live.json`,
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
    message:
      "No grant of this policy uses Vercel's exchange or logs in to Vault, so it wants no OIDC policy and no role there.",
    wanted: 'a grant whose exchange has a vercel hop, or a vault hop or signer that takes the token of the step',
  });
}

/** A list that is compared with nothing would leave its author believing that it was. */
function listUnused(): PipeError {
  return new PipeError({
    code: 'USAGE',
    message: "No grant of this policy uses Vercel's exchange, so there is nothing to compare with a list of Vercel's.",
    got: '--live',
    wanted: 'no --live, which does not replace the roles of Vault',
  });
}
