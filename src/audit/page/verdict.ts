import type { Summary } from '../types.ts';
import { html, type Html } from './html.ts';
import { classesOf, countText, dayText, timeText, type Family } from './words.ts';

interface Verdict {
  readonly family: Family;
  readonly text: string;
}

const VERDICTS: Readonly<Record<Summary['status'], Verdict>> = {
  0: { family: 'verified', text: 'Every change is explained, and everything that was to be read was read.' },
  1: { family: 'finding', text: 'Not every change is explained.' },
  3: { family: 'gap', text: 'Not everything could be looked at.' },
  4: { family: 'trust', text: 'Something is not what it claims to be.' },
};

/** Findings that `--fail-on` let pass are explained by nothing. */
const PASSED: Verdict = {
  family: 'finding',
  text: 'Not every change is explained; no class of the open ones was to fail this audit (--fail-on).',
};

/** Title, period and the one sentence that an auditor wants first. */
export function writeVerdict(summary: Summary): Html {
  const { scope, status } = summary;
  const passed = status === 0 && countOf(summary, 'finding') > 0;
  const { family, text } = passed ? PASSED : VERDICTS[status];
  return html`<header>
    <p class="kind">Deployment audit</p>
    <h1>${projectsText(summary)}</h1>
    <p class="period">
      <strong>${dayText(scope.since)}</strong> up to <strong>${dayText(scope.until)}</strong> UTC (not included)
    </p>
    <div class="verdict f-${family}">
      <p class="verdict-text"><span class="mark" aria-hidden="true"></span> ${text}</p>
      <p>
        ${writeSum(summary, 'finding', 'finding')}, ${writeSum(summary, 'gap', 'gap')},
        ${writeSum(summary, 'trust', 'trust failure')}. The audit ended with status ${status}.
      </p>
    </div>
    <p class="note">
      Made ${timeText(summary.auditedAt)} UTC by vercel-oidc-deploy ${summary.pipeVersion}${auditorText(summary)}. Team
      <code>${scope.teamId}</code>. All times are UTC. The signed result stands beside this page: the page itself is not
      signed.
    </p>
  </header>`;
}

function projectsText({ scope, projects }: Summary): string {
  if (scope.projectIds.length === 0) return `All projects of ${scope.teamId}`;
  const [first = '', ...others] = scope.projectIds.map((id) => projects[id] ?? id);
  return others.length === 0 ? first : `${first} and ${countText(others.length, 'project')} more`;
}

/** How many rows are of such classes, and the way to them. */
function writeSum(summary: Summary, family: Family, one: string): Html {
  const count = countOf(summary, family);
  const text = countText(count, one);
  return count === 0 ? html`${text}` : html`<a href="#class=${classesOf(family).join(',')}">${text}</a>`;
}

function countOf({ counts }: Summary, family: Family): number {
  const names = classesOf(family);
  const all = [counts.deployment, counts.change, counts.record];
  return all.reduce((sum, { classes }) => names.reduce((part, name) => part + (classes[name] ?? 0), sum), 0);
}

function auditorText({ auditor }: Summary): string {
  const facts = Object.entries(auditor ?? {}).map(([name, value]) => `${name} ${value}`);
  return facts.length === 0 ? '' : `, in the step of ${facts.join(', ')}`;
}
