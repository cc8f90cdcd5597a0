import { CLASSES, type AuditClass } from '../classes.ts';
import type { Row, Summary } from '../types.ts';
import { sumOf } from './answers.ts';
import { html, type Html } from './html.ts';
import { CLASS_NAMES, familyOf, numberText } from './words.ts';

const KINDS: readonly { readonly kind: Row['kind']; readonly title: string }[] = [
  { kind: 'deployment', title: 'Deployments' },
  { kind: 'change', title: 'Changes' },
  { kind: 'record', title: 'Records' },
];

/** A table that may be wider than the screen, reachable by keyboard. */
export function wide(title: string, table: Html): Html {
  return html`<div class="wide" role="group" aria-label="${title}" tabindex="0">${table}</div>`;
}

/** How many of each class, and that they add up to what was seen. */
export function writeClasses({ counts }: Summary): Html {
  const present = CLASS_NAMES.filter((name) => KINDS.some(({ kind }) => (counts[kind].classes[name] ?? 0) > 0));
  const same = KINDS.every(({ kind }) => counts[kind].seen === sumOf(counts[kind]));
  const heads = [
    html`<th scope="col">Class</th>`,
    ...KINDS.map(({ title }) => html`<th scope="col" class="number">${title}</th>`),
    html`<th scope="col">What it means, and <em>what to do</em></th>`,
  ];
  const table = html`<table>
    <thead>
      <tr>
        ${heads}
      </tr>
    </thead>
    <tbody>
      ${present.map((name) => writeClass(name, counts))}
    </tbody>
    <tfoot>
      ${writeSum('Sum', (kind) => sumOf(counts[kind]), html``)}
      ${writeSum(
        'Seen',
        (kind) => counts[kind].seen,
        same
          ? html`The same: nothing was left out. Of records only findings are listed above.`
          : html`<strong>Not the same: do not rely on this audit.</strong>`,
      )}
    </tfoot>
  </table>`;
  return html`<section id="classes" aria-labelledby="classes-title">
    <h2 id="classes-title">What was seen is the sum of its classes</h2>
    ${wide('Counts by class', table)}
  </section>`;
}

function writeClass(name: AuditClass, counts: Summary['counts']): Html {
  const { title, meaning, next } = CLASSES[name];
  return html`<tr>
    <th scope="row" class="f-${familyOf(name)}">
      <span class="mark" aria-hidden="true"></span> <a href="#class=${name}">${title}</a>
    </th>
    ${KINDS.map(({ kind }) => writeNumber(counts[kind].classes[name] ?? 0))}
    <td>${meaning} ${name === 'VERIFIED' ? undefined : html`<em>${next}</em>`}</td>
  </tr>`;
}

function writeSum(title: string, count: (kind: Row['kind']) => number, said: Html): Html {
  return html`<tr>
    <th scope="row">${title}</th>
    ${KINDS.map(({ kind }) => writeNumber(count(kind)))}
    <td>${said}</td>
  </tr>`;
}

function writeNumber(count: number): Html {
  return html`<td class="number">${count === 0 ? '' : numberText(count)}</td>`;
}

/** What was read, what could not be, and what the checkpoint says. */
export function writePopulations({ populations, checkpoint }: Summary): Html {
  return html`<section id="populations" aria-labelledby="populations-title" tabindex="-1">
    <h2 id="populations-title">What was read</h2>
    ${wide(
      'What was read',
      html`<table>
        <thead>
          <tr>
            <th scope="col">Population</th>
            <th scope="col" class="number">Seen</th>
            <th scope="col">Whole?</th>
          </tr>
        </thead>
        <tbody>
          ${populations.map(
            ({ name, seen, missing, notes = [] }) =>
              html`<tr>
                <th scope="row">${name}</th>
                <td class="number">${numberText(seen)}</td>
                <td>
                  ${
                    missing.length === 0
                      ? html`<span class="f-verified"><span class="mark" aria-hidden="true"></span> Yes</span>`
                      : html`<span class="f-gap"
                          ><span class="mark" aria-hidden="true"></span> No: ${missing.join(' ')}</span
                        >`
                  }
                  ${notes.length === 0 ? undefined : html`<p class="note">${notes.join(' ')}</p>`}
                </td>
              </tr>`,
          )}
        </tbody>
      </table>`,
    )}
    ${checkpoint === undefined ? html`<p>No checkpoint was made.</p>` : writeCheckpoint(checkpoint)}
  </section>`;
}

function writeCheckpoint({
  written,
  previous,
  records,
  added,
  removed,
  carried,
}: NonNullable<Summary['checkpoint']>): Html {
  return html`<p>
    Checkpoint ${written === undefined ? 'not written' : html`<code>${written}</code>`}: ${numberText(records)} records.
    ${
      previous === undefined
        ? 'There is none before it.'
        : html`Since <code>${previous}</code>: ${numberText(added)} added,
            <strong>${numberText(removed)} removed</strong>. ${numberText(carried)} were proved by it and not proved
            again.`
    }
  </p>`;
}
