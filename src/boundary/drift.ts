import { toAscii } from '../text.ts';
import { sharedIds, VERCEL_CLI_CLIENT_ID } from './render-vercel-notes.ts';
import type { LivePolicy, VercelClaim, WantedPolicy } from './types.ts';

const NO_CLAIM = 'any value, or none';
const NOT_SET = 'not set';

/**
 * In what one team's live policies differ from the wanted ones, as lines; none where they do not. A policy beside them
 * that opens one of the same projects is a difference too: nobody needs to change a lock beside an open door.
 */
export function findDrift(wanted: readonly WantedPolicy[], live: readonly LivePolicy[]): readonly string[] {
  const shared = sharedIds(wanted);
  const paired = pair(
    wanted.filter(({ policyId }) => policyId === undefined || !shared.has(policyId)),
    live,
  );
  const unclear = [...shared].flatMap((id) => tellUnclear(id, wanted));
  const found = paired.flatMap(({ want, got }) => (got ? tellDifferences(want, got) : tellMissing(want)));
  const known = new Set([...shared, ...paired.flatMap(({ got }) => got?.policyId ?? [])]);
  return [...unclear, ...found, ...tellOthers(wanted, live, known)];
}

interface Pair {
  readonly want: WantedPolicy;
  readonly got: LivePolicy | undefined;
}

/** By id where the file names one; else the one that is the same; else the one of the same name. Each at most once. */
function pair(wanted: readonly WantedPolicy[], live: readonly LivePolicy[]): readonly Pair[] {
  const named = new Set(wanted.flatMap(({ policyId }) => policyId ?? []));
  const free = live.filter(({ policyId }) => !named.has(policyId));
  const take = (fits: (policy: LivePolicy) => boolean): LivePolicy | undefined => {
    const at = free.findIndex(fits);
    return at === -1 ? undefined : free.splice(at, 1)[0];
  };
  const same = new Map(
    wanted.map((want) => [
      want,
      want.policyId === undefined
        ? take((policy) => compare(want, policy).length === 0)
        : live.find(({ policyId }) => policyId === want.policyId),
    ]),
  );
  return wanted.map((want) => {
    const got = same.get(want);
    if (got || want.policyId !== undefined) return { want, got };
    return {
      want,
      got: take(({ name, clientId }) => name === want.request.name && clientId === want.request.clientId),
    };
  });
}

interface Difference {
  readonly field: string;
  readonly live: string;
  readonly wanted: string;
}

function compare({ request }: WantedPolicy, live: LivePolicy): readonly Difference[] {
  const names = [...new Set([...request.claims, ...live.claims].map(({ name }) => name))];
  const fields: readonly Difference[] = [
    { field: 'clientId', live: quote(live.clientId), wanted: quote(request.clientId) },
    { field: 'issuerUrl', live: quote(live.issuerUrl), wanted: quote(request.issuerUrl) },
    ...names.map((name) => ({
      field: `claims.${toAscii(name)}`,
      live: tellClaim(name, live.claims),
      wanted: tellClaim(name, request.claims),
    })),
    { field: 'permissions', live: tellList(live.permissions, NOT_SET), wanted: tellList(request.permissions, NOT_SET) },
    { field: 'commands', live: tellList(live.commands, NOT_SET), wanted: NOT_SET },
    {
      field: 'resources.projectIds',
      live: tellList(live.projectIds, `${NOT_SET}, which is every project`),
      wanted: tellList(request.resources.projectIds, ''),
    },
  ];
  return fields.filter((field) => field.live !== field.wanted);
}

/** The order of values means nothing; a claim that is there twice must match twice. */
function tellClaim(name: string, claims: readonly VercelClaim[]): string {
  const found = claims.filter((claim) => claim.name === name);
  if (found.length === 0) return NO_CLAIM;
  const texts = found.map(({ values }) => {
    const told = values.map(({ value, wildcards }) => {
      // Where a `*` is only a letter, the other side must not look the same.
      const mark = value.includes('*') ? (wildcards ? ' (* is any text)' : ' (* is a letter)') : '';
      return `${quote(value)}${mark}`;
    });
    return [...new Set(told)].sort().join(' or ');
  });
  return texts.join(', and also ');
}

function tellList(values: readonly string[] | undefined, absent: string): string {
  if (!values) return absent;
  return values.length === 0 ? 'none' : [...new Set(values)].sort().map(quote).join(', ');
}

function quote(text: string): string {
  return toAscii(JSON.stringify(text));
}

function tellDifferences(want: WantedPolicy, live: LivePolicy): readonly string[] {
  const differences = compare(want, live);
  if (differences.length === 0) return [];
  return [
    `${toAscii(live.policyId)} (${want.grants.join(', ')}) differs:`,
    ...differences.flatMap(({ field, live: got, wanted }) => [
      `  ${field}`,
      `    live    ${got}`,
      `    wanted  ${wanted}`,
    ]),
  ];
}

function tellMissing({ grants, policyId }: WantedPolicy): readonly string[] {
  const which = policyId ?? 'a policy';
  return [`${which} (${grants.join(', ')}) is not there:`, '    live    nothing', '    wanted  see policy render'];
}

function tellUnclear(id: string, wanted: readonly WantedPolicy[]): readonly string[] {
  const sets = wanted.filter(({ policyId }) => policyId === id).map(({ grants }) => grants.join(' + '));
  return [
    `${id} cannot be what the file wants:`,
    '    live    one policy',
    `    wanted  ${String(sets.length)}: no single one holds ${sets.join(' | ')} and nothing else`,
  ];
}

/** Of the client that may deploy, and of those that the file names: others cannot, whatever their policies say. */
function tellOthers(
  wanted: readonly WantedPolicy[],
  live: readonly LivePolicy[],
  known: ReadonlySet<string>,
): readonly string[] {
  const projects = wanted.flatMap(({ request }) => request.resources.projectIds);
  const clients = [VERCEL_CLI_CLIENT_ID, ...wanted.map(({ request }) => request.clientId)];
  const others = live.filter(({ policyId, clientId, projectIds }) => {
    if (known.has(policyId) || !clients.includes(clientId)) return false;
    return projectIds?.every((id) => id !== '*' && !projects.includes(id)) !== true;
  });
  return others.flatMap((policy) => [
    `${toAscii(policy.policyId)}${policy.name === undefined ? '' : ` (${quote(policy.name)})`} is not in the file:`,
    '  resources.projectIds',
    `    live    ${tellList(policy.projectIds, `${NOT_SET}, which is every project`)}, for ${quote(policy.issuerUrl)}`,
    '    wanted  nothing: the policies of the file are all that opens these projects',
  ]);
}
