import type { Assurance, Statement } from '../record/index.ts';
import type { Answer } from './verify-one.ts';
import { showPath, showText } from './verify-show.ts';

const NAME_WIDTH = 12;

/** What each assurance means; the last words of a table. */
export const MEANINGS: Readonly<Record<Assurance, string>> = {
  'managed-key': 'a key service signed this for whoever its own rules admit; the private key was never in the step.',
  timed:
    "a key that was made for the step's token signed this, and a clock that is not the signer's puts it inside the token's life.",
  'held-token':
    "whoever signed this once held the step's token. It does not prove when: a token that leaked could have been used later. An audit with Vercel's clock can raise it to timed.",
  'static-key': 'whoever holds that private key signed this, from wherever and whenever.',
};

/** All that is known of one record, as lines: what was checked, who, what and when, and last the assurance. */
export function writeTable(answer: Answer): string {
  const { path, verdict, record, error, checks } = answer;
  const lines: string[] = [`${showPath(path)}: ${nameVerdict(answer)}`];
  if (verdict === 'not-checked' || !record) {
    if (error) lines.push(...indent(error.describe()));
    return `${lines.join('\n')}\n`;
  }
  const row = (name: string, text: string): void => {
    lines.push(`  ${name.padEnd(NAME_WIDTH)}${showText(text)}`);
  };
  for (const { name, found } of checks) row(name, found);
  if (error) lines.push(...indent(error.describe()));
  for (const [name, text] of describeStatement(record.statement)) row(name, text);
  for (const warning of record.warnings) row('warning', warning);
  row('assurance', `${record.assurance}: ${MEANINGS[record.assurance]}`);
  return `${lines.join('\n')}\n`;
}

function nameVerdict({ verdict, record, missing }: Answer): string {
  const phase = record?.statement.predicate.phase ?? 'record';
  switch (verdict) {
    case 'ok':
      return `valid ${phase}`;
    case 'incomplete':
      return `valid ${phase}, INCOMPLETE: ${missing.join(' and ')} not there`;
    case 'invalid':
      return 'INVALID';
    case 'not-checked':
      return 'NOT CHECKED';
  }
}

/** An error quotes what it was given. */
function indent(text: string): string[] {
  return text.split('\n').map((line) => `  ${showText(line)}`);
}

function describeStatement({ predicate }: Statement): [name: string, text: string][] {
  const { oidc, bitbucket, vercel, outcome, policy } = predicate;
  const { asserted, pipeline } = bitbucket;
  const { deployment } = vercel;
  const build = `build ${asserted.buildNumber ?? 'unknown'}, commit ${asserted.commit ?? 'unknown'}`;
  const rows: [string, string][] = [
    ['record', predicate.recordId],
    ['verified', `repository ${String(oidc.claims['repositoryUuid'])}, step ${String(oidc.claims['stepUuid'])}`],
  ];
  if (pipeline) rows.push(['bitbucket', describePipeline(pipeline)]);
  rows.push(
    ['asserted', `${build}, branch ${asserted.branch ?? 'none'}`],
    ['policy', describePolicy(policy)],
    ['vercel', `${vercel.projectId} ${vercel.target}${deployment ? `, ${deployment.id} ${deployment.url}` : ''}`],
  );
  if (outcome) rows.push(['outcome', `${outcome.status}${outcome.code === undefined ? '' : ` (${outcome.code})`}`]);
  if (predicate.deployedAt !== undefined) rows.push(['deployed at', `${predicate.deployedAt} (the step's own clock)`]);
  rows.push(['signed at', `${predicate.signedAt} (the signer's own clock)`]);
  return rows;
}

type Recorded = Statement['predicate'];

/** What Bitbucket's API told the run. */
function describePipeline(pipeline: NonNullable<Recorded['bitbucket']['pipeline']>): string {
  const { actor, refusal, buildNumber, commit, trigger } = pipeline;
  if (refusal !== undefined) return `said nothing: ${refusal}`;
  const how = `started by: ${actor} (${trigger ?? 'unknown'})`;
  return `build ${String(buildNumber ?? 'unknown')}, commit ${commit ?? 'unknown'}, ${how}`;
}

function describePolicy({ grant, denial, source, expiredPolicy }: Recorded['policy']): string {
  const expired = expiredPolicy === true ? ', UNDER A POLICY THAT HAD EXPIRED' : '';
  const serial = source?.serial === undefined ? '' : `, serial ${String(source.serial)}`;
  const from = source ? ` (from ${source.where}${serial})` : '';
  return `${grant ?? `denied: ${denial ?? 'unknown'}`}${expired}${from}`;
}
