import type { AccessRequest, Policy } from '../policy/types.ts';
import { show } from '../text.ts';
import type { Claims, Decide, PolicyTest, PolicyTestReport, PolicyTests, Verdict } from './test-types.ts';

type JudgedPolicy = Pick<Policy, 'issued' | 'expires' | 'grants'>;

interface Outcome {
  readonly test: PolicyTest;
  readonly verdict: Verdict;
  /** What is wrong with the verdict; undefined where nothing is. */
  readonly fault: string | undefined;
  /** Why the policy decided so. */
  readonly table: readonly string[];
}

/** Puts each test's question to the policy, and compares the answers. `decide` is the pipe's own decision on `policy`. */
export function runPolicyTests(
  { date, tokens, tests }: PolicyTests,
  policy: JudgedPolicy,
  decide: Decide,
): PolicyTestReport {
  // A test without a date asks on the policy's first day, so that neither time nor a renewal breaks it.
  const usualDate = date ?? policy.issued ?? policy.expires ?? '2000-01-01';
  const outcomes = tests.map((test): Outcome => {
    const claims = tokens[test.token] ?? {};
    const request = toRequest(test, usualDate);
    const verdict = decide(claims, request);
    const table = 'grant' in verdict ? explain(policy, verdict.grant.id, claims, request) : verdict.denial.details;
    return { test, verdict, fault: findFault(test.expect, verdict), table };
  });
  const failed = outcomes.filter(({ fault }) => fault !== undefined).length;
  return {
    lines: outcomes.flatMap(tell),
    warnings: findUncovered(policy, outcomes).map(
      (id) => `No test is allowed by the grant ${id}, so none would notice if it changed.`,
    ),
    passed: outcomes.length - failed,
    failed,
  };
}

function toRequest({ request }: PolicyTest, usualDate: string): AccessRequest {
  const { action, project, target, exchange, actor, signer, timestamp, store, date } = request;
  const now = Date.parse(`${date ?? usualDate}T12:00:00Z`);
  return { action, projectId: project, target, now, signers: [signer], timestamp, store, exchange, actor };
}

function findFault(expect: PolicyTest['expect'], verdict: Verdict): string | undefined {
  if ('grant' in expect) {
    if ('denial' in verdict) return `wanted the grant ${expect.grant}, got a denial: ${verdict.denial.reason}`;
    const { id } = verdict.grant;
    return id === expect.grant ? undefined : `wanted the grant ${expect.grant}, got the grant ${id}`;
  }
  if ('grant' in verdict) return `wanted a denial, got the grant ${verdict.grant.id}`;
  const { reason } = verdict.denial;
  if (expect.reason === undefined || reason.includes(expect.reason)) return undefined;
  return `wanted a denial with '${expect.reason}' in its reason, got: ${reason}`;
}

/** By what a grant lets a step in that nobody meant to let in: in the form of a denial's table. */
function explain(
  { grants }: JudgedPolicy,
  id: string,
  claims: Claims,
  { action, projectId, target }: AccessRequest,
): readonly string[] {
  const rule = grants.find((grant) => grant.id === id);
  if (!rule) return [];
  const { actions, projects, targets } = rule.allow;
  const rows: readonly (readonly [string, readonly string[], string | undefined])[] = [
    ['action', actions, action],
    ['project', projects, projectId],
    ['target', targets, target],
    ...Object.entries(rule.when).map(([name, wanted]) => [name, wanted, claims[name]] as const),
  ];
  const width = Math.max(...rows.map(([name]) => name.length));
  const tellRow = ([name, wanted, got]: (typeof rows)[number]): string =>
    `  ok  ${name.padEnd(width)}  wanted ${wanted.map(show).join(' or ')}, got ${show(got)}`;
  return [`grant ${id}: matches`, ...rows.map(tellRow)];
}

function tell({ test: { name }, verdict, fault, table }: Outcome): readonly string[] {
  const answer = 'grant' in verdict ? `grant ${verdict.grant.id}` : verdict.denial.reason;
  if (fault === undefined) return [`ok      ${name}: ${answer}`];
  return [`FAILED  ${name}: ${fault}`, ...table.map((line) => `          ${line}`)];
}

/** A grant is covered by a test that it allows, as that test wants: a wrong answer proves nothing. */
function findUncovered({ grants }: JudgedPolicy, outcomes: readonly Outcome[]): readonly string[] {
  const covered = new Set(
    outcomes.map(({ verdict, fault }) => ('grant' in verdict && fault === undefined ? verdict.grant.id : undefined)),
  );
  return grants.map(({ id }) => id).filter((id) => !covered.has(id));
}
