import type { Announcement, Fact, Finding } from '../../bitbucket/index.ts';
import { sha256Hex } from '../../digest.ts';
import { CLASSES } from '../classes.ts';
import type { Row, Summary } from '../types.ts';
import { cut, groupDigits, nameProject, nameRow, tellDay, tellTime, toLine } from './plain.ts';
import { countWeight, tellStatus, tellSummary } from './tell.ts';

const MAX_FACTS = 10;
const MAX_FINDINGS = 100;
/** Of a key's 40 characters. */
const KEY_DIGITS = 15;
const ID_DIGITS = 20;

/**
 * The audit as a report on a commit: the same key for each audit of a team and its projects, so that a later one takes
 * the place of an earlier one. Annotations name no file: what is found is about deployments, not about lines.
 * @param pipelineUrl of the pipeline that audits, on Bitbucket
 */
export function describeAudit(summary: Summary, worst: readonly Row[], pipelineUrl: string): Announcement {
  const { scope, status, projects } = summary;
  const [only, ...others] = scope.projectIds;
  const what = only !== undefined && others.length === 0 ? nameProject(only, projects) : scope.teamId;
  const digest = sha256Hex([scope.teamId, ...scope.projectIds.toSorted()].join('\n'));
  return {
    key: `vercel-oidc-deploy-audit-${digest.slice(0, KEY_DIGITS)}`,
    title: toLine(`Audit: ${what}, ${tellDay(scope.since)} to ${tellDay(scope.until)}`),
    state: status === 0 ? 'passed' : 'failed',
    summary: `${tellSummary(summary)} ${tellStatus(summary)}`,
    ...{ url: undefined, inspectorUrl: undefined, pipelineUrl, durationMs: undefined, recordDigest: undefined },
    facts: listFacts(summary).slice(0, MAX_FACTS),
    findings: worst.slice(0, MAX_FINDINGS).map((row) => describeFinding(row, projects)),
  };
}

function listFacts(summary: Summary): readonly Fact[] {
  const { counts, exceptions, checkpoint, populations } = summary;
  const { deployment, change, record } = counts;
  const missing = populations.flatMap((population) => (population.missing.length > 0 ? [population.name] : []));
  return [
    { title: 'Deployments', value: deployment.seen },
    { title: 'Changes', value: change.seen },
    { title: 'Records', value: record.seen },
    { title: 'Trust failures', value: countWeight(summary, 'trust') },
    { title: 'Findings', value: countWeight(summary, 'finding') },
    { title: 'Not checkable', value: countWeight(summary, 'gap') },
    { title: 'Verified', value: (deployment.classes.VERIFIED ?? 0) + (change.classes.VERIFIED ?? 0) },
    { title: 'Not read in whole', value: missing.length === 0 ? 'nothing' : missing.join(', ') },
    { title: 'Exceptions used', value: exceptions.filter(({ state }) => state === 'used').length },
    ...(checkpoint ? [{ title: 'Checkpoint', value: `${groupDigits(checkpoint.records)} records` }] : []),
  ];
}

function describeFinding(row: Row, projects: Summary['projects']): Finding {
  const { kind, id, class: found, reasons, projectId, target, person, at } = row;
  const place = `${nameProject(projectId, projects)}, ${target}, ${tellTime(at)}${person === undefined ? '' : `, by ${person}`}`;
  return {
    id: `audit-${sha256Hex(`${kind}\n${id}`).slice(0, ID_DIGITS)}`,
    ok: false,
    summary: cut(toLine(`${CLASSES[found].title}: ${nameRow(row)}`), 300),
    details: toLine([...reasons, place, CLASSES[found].next].join(' · ')),
  };
}
