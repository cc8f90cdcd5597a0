import type { Count, Summary } from '../types.ts';
import type { Held } from './choice.ts';
import { html, type Html } from './html.ts';
import { ranked, type Tally } from './tally.ts';
import { inLink } from './visible.ts';
import { classesOf, countText, kindsText, numberText, shareText } from './words.ts';

const MAX_LISTED = 5;
const OPEN = classesOf('finding', 'gap', 'trust').join(',');

/** The auditor's five questions, each with its figure and an answer in words. */
export function writeAnswers(summary: Summary, tally: Tally, held: Held | undefined): Html {
  const { production } = tally;
  const cards = [what(tally), who(tally), build(tally), policy(summary, tally), complete(summary, tally, held)];
  return html`<section id="answers" aria-labelledby="answers-title">
    <h2 id="answers-title">Five questions, five answers</h2>
    <p class="note">
      Of ${countText(production.total, 'production change')}: deployments to production, promotions, rollbacks, and
      changes of a production alias.
    </p>
    <ol class="cards">
      ${cards}
    </ol>
  </section>`;
}

function card(title: string, figure: string, ...lines: readonly Html[]): Html {
  return html`<li class="card">
    <h3>${title}</h3>
    <p class="figure">${figure}</p>
    ${lines}
  </li>`;
}

function what({ production: { total, kinds, families } }: Tally): Html {
  const open = families.finding + families.gap + families.trust;
  return card(
    'Which production changes happened?',
    numberText(total),
    html`<p>
      ${ranked(kinds)
        .map(([name, count]) => kindsText(name, count))
        .join(', ')}.
    </p>`,
    html`<p>
      ${numberText(families.verified)} verified, ${numberText(families.exception)} by a signed exception,
      <strong>${numberText(open)} open</strong>.
    </p>`,
    html`<p>
      <a href="#production=1">Show all</a>
      ${open === 0 ? undefined : html`<a href="#production=1&amp;class=${OPEN}">Show open ones</a>`}
    </p>`,
  );
}

function who({ production: { total, people } }: Tally): Html {
  const unknown = people.get('') ?? 0;
  const known = ranked(people).filter(([name]) => name !== '');
  return card(
    'Who made each?',
    countText(known.length, 'person', 'people'),
    html`<p>
      ${
        unknown === 0
          ? total === 0
            ? 'There was none to make.'
            : 'For every change it is known who.'
          : html`For <strong>${numberText(unknown)}</strong> nobody is known:
              <a href="#production=1&amp;person=">show</a>.`
      }
    </p>`,
    listing(known, (name) => html`<a href="#production=1&amp;person=${inLink(name)}">${name}</a>`),
  );
}

function build({ production: { total, builds, unconfirmed, approved, repositories } }: Tally): Html {
  const without = total - builds - unconfirmed;
  return card(
    'From which build?',
    `${shareText(builds, total)} confirmed`,
    html`<p>
      ${numberText(builds)} come from a build that Bitbucket confirms; ${numberText(unconfirmed)} name one that is not
      confirmed; <strong>${numberText(without)}</strong> name none.
    </p>`,
    html`<p>${numberText(approved)} were approved in a pull request by someone else than its author.</p>`,
    listing(ranked(repositories), (name) => html`<a href="#production=1&amp;q=${inLink(name)}">${name}</a>`),
  );
}

function policy({ inventory }: Summary, { production: { policies, vercelPolicies } }: Tally): Html {
  const without = policies.get('')?.changes ?? 0;
  const named = [...policies].filter(([digest]) => digest !== '').sort(([, a], [, b]) => b.changes - a.changes);
  const stale = inventory.policies.filter(({ allowed }) => allowed === false).length;
  return card(
    'Under which policy?',
    countText(named.length, 'policy', 'policies'),
    html`<p>
      <strong>${numberText(without)}</strong> without a policy that a record
      names${stale === 0 ? '' : `; ${countText(stale, 'policy was', 'policies were')} not allowed in the period`}.
      Vercel gave tokens by ${countText(vercelPolicies.size, 'OIDC policy', 'OIDC policies')}.
    </p>`,
    html`<ul class="listing">
      ${named.slice(0, MAX_LISTED).map(
        ([digest, { changes, grants }]) =>
          html`<li>
            <a href="#production=1&amp;q=${digest}"><code>${digest.slice(0, 12)}</code></a>
            <span class="count">${numberText(changes)}</span>
            <span class="tags"
              >${ranked(grants)
                .slice(0, MAX_LISTED)
                .map(([grant]) => html`<span class="tag">${grant}</span> `)}</span
            >
          </li>`,
      )}
    </ul>`,
    more(named.length),
  );
}

function complete(summary: Summary, { rows }: Tally, held: Held | undefined): Html {
  const { counts, populations, checkpoint } = summary;
  const partial = populations.filter(({ missing }) => missing.length > 0);
  const sums = counts.deployment.seen === sumOf(counts.deployment) && counts.change.seen === sumOf(counts.change);
  const here = rows.deployment === counts.deployment.seen && rows.change === counts.change.seen;
  const whole = partial.length === 0 && sums && here;
  return card(
    'Is the list complete?',
    whole ? 'Yes' : 'No',
    html`<p>
      ${countText(counts.deployment.seen, 'deployment')} seen ${sums ? '=' : html`<strong>is not</strong>`}
      ${numberText(sumOf(counts.deployment))} in the classes. ${held ? 'audit.csv holds' : 'This page holds'}
      ${here ? 'each of them' : html`<strong>${numberText(rows.deployment)}</strong>`}${
        held && html`; this page <a href="#held">${numberText(held.held)} of ${countText(held.all, 'row')}</a>`
      }.
    </p>`,
    html`<p>
      ${
        partial.length === 0
          ? 'All that was to be read was read.'
          : html`<strong>Not all could be read:</strong> ${partial.map(({ name }) => name).join(', ')}.`
      }
    </p>`,
    html`<p>
      ${
        checkpoint === undefined
          ? 'No checkpoint was made: a record that was removed since cannot be told by the next audit.'
          : checkpoint.previous === undefined
            ? html`First checkpoint, of ${countText(checkpoint.records, 'record')}: nothing to compare it with.`
            : html`Since the checkpoint before: ${numberText(checkpoint.added)} records added,
                <strong>${numberText(checkpoint.removed)} removed</strong>.`
      }
      <a href="#populations">Figures</a>
    </p>`,
  );
}

export function sumOf({ classes }: Count): number {
  return Object.values(classes).reduce((sum, count) => sum + count, 0);
}

function listing(counts: readonly [string, number][], write: (name: string) => Html): Html {
  return html`<ul class="listing">
      ${counts
        .slice(0, MAX_LISTED)
        .map(([name, count]) => html`<li>${write(name)} <span class="count">${numberText(count)}</span></li>`)}
    </ul>
    ${more(counts.length)}`;
}

function more(count: number): Html {
  return count > MAX_LISTED ? html`<p class="note">and ${numberText(count - MAX_LISTED)} more</p>` : html``;
}
