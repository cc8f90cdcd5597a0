import type { DoraFigure, Summary } from '../types.ts';
import { wide } from './figures.ts';
import { html, type Html } from './html.ts';
import { inLink } from './visible.ts';
import { countText, dayText, durationText, numberText, timeText } from './words.ts';

const DAY_MS = 86_400_000;
const SOON_DAYS = 30;
const MAX_NAMED = 8;

/** What an audit tells beside its findings; each part says so where there is nothing. */
export function writeInventory(summary: Summary): Html {
  const parts = [writeDora, writePolicies, writeStatics, writeExceptions, writeVersions, writeClocks];
  return html`${parts.map((write) => write(summary))}`;
}

function writeStatics({ inventory }: Summary): Html {
  return part(
    'statics',
    'Stored keys and credentials in use',
    ['Kind', 'Repository', '#Records', 'Last used (UTC)'],
    inventory.statics.map(({ kind, repositoryUuid, records, lastUsedAt }) => [
      kind === 'signer' ? 'Signing key (SIGNING_KEY)' : 'Vercel credential (VERCEL_TOKEN)',
      html`<a href="#q=${inLink(repositoryUuid)}"><code>${repositoryUuid}</code></a>`,
      numberText(records),
      timeText(lastUsedAt),
    ]),
    'None: every record was signed, and every token was got, by the identity of its step.',
  );
}

function writeExceptions({ exceptions, auditedAt }: Summary): Html {
  return part(
    'exceptions',
    'Signed exceptions',
    ['Exception', 'State', '#Uses', 'Expires (UTC)', 'Approver', 'Ticket', 'Reason'],
    exceptions.map(({ id, state, uses, expires, approver, ticket, reason }) => [
      html`<a href="#q=${inLink(id)}">${id}</a>`,
      state,
      numberText(uses),
      html`${dayText(expires)} ${soon(expires, auditedAt)}`,
      approver,
      ticket,
      reason,
    ]),
    'None were given.',
  );
}

function writeVersions({ inventory }: Summary): Html {
  return part(
    'versions',
    'Versions of the pipe in use',
    ['Version', '#Repositories', '#Records', 'Where'],
    inventory.versions.map(({ version, repositories, records }) => [
      version,
      numberText(repositories.length),
      numberText(records),
      `${repositories.slice(0, MAX_NAMED).join(', ')}${repositories.length > MAX_NAMED ? ', \u2026' : ''}`,
    ]),
    'No record was seen.',
  );
}

function writeClocks({ clocks }: Summary): Html {
  return part(
    'clocks',
    'Clock differences',
    ['Clock', 'Against', '#Pairs', '#Least', '#Median', '#Most', '#Over 1 s'],
    clocks.map(({ of, against, pairs, min, median, max, overOneSecond }) => [
      of,
      against,
      numberText(pairs),
      durationText(min),
      durationText(median),
      durationText(max),
      overOneSecond === 0 ? '0' : html`<strong>${numberText(overOneSecond)}</strong>`,
    ]),
    'No two clocks could be compared.',
  );
}

function writePolicies({ inventory, auditedAt }: Summary): Html {
  return part(
    'policies',
    'Policies that decided',
    ['Policy (SHA-256)', '#Records', 'Last used (UTC)', 'Allowed?', 'Expires (UTC)'],
    [...inventory.policies]
      .sort((a, b) => (a.expires ?? Infinity) - (b.expires ?? Infinity) || b.records - a.records)
      .map(({ digest, records, lastUsedAt, allowed, expires }) => [
        html`<a href="#q=${digest}"><code>${digest.slice(0, 16)}</code></a>`,
        numberText(records),
        timeText(lastUsedAt),
        allowed === undefined ? 'no list was given' : allowed ? 'yes' : html`<strong>no</strong>`,
        expires === undefined ? 'never' : html`${dayText(expires)} ${soon(expires, auditedAt)}`,
      ]),
    'No record names one.',
  );
}

function soon(expires: number, now: number): Html {
  const days = Math.ceil((expires - now) / DAY_MS);
  if (days > SOON_DAYS) return html``;
  if (expires <= now)
    return html`<span class="tag f-trust"><span class="mark" aria-hidden="true"></span> expired</span>`;
  return html`<span class="tag f-finding"
    ><span class="mark" aria-hidden="true"></span> in ${countText(days, 'day')}</span
  >`;
}

function writeDora({ dora }: Summary): Html {
  return html`<section id="dora" aria-labelledby="dora-title">
    <h2 id="dora-title">DORA figures</h2>
    ${
      dora.length === 0
        ? html`<p>There was nothing to measure.</p>`
        : html`<ul class="cards">
            ${dora.map(
              (figure) =>
                html`<li class="card">
                  <h3>${figure.title}${figure.proxy ? html` <span class="tag">proxy</span>` : undefined}</h3>
                  <p class="figure">${valueText(figure)}</p>
                  <p class="note">From ${countText(figure.from, 'change')}. ${figure.definition}</p>
                </li>`,
            )}
          </ul>`
    }
  </section>`;
}

function valueText({ value, unit }: DoraFigure): string {
  if (value === undefined) return 'nothing to measure';
  if (unit === 'ms') return durationText(value);
  if (unit === 'share') return `${(value * 100).toFixed(1)}%`;
  return `${value.toFixed(value < 10 ? 1 : 0)} a day`;
}

/** @param heads with a `#` before those of numbers */
function part(
  id: string,
  title: string,
  heads: readonly string[],
  rows: readonly (readonly (string | Html)[])[],
  none: string,
): Html {
  const isNumber = (index: number): boolean => heads[index]?.startsWith('#') ?? false;
  const table = html`<table>
    <thead>
      <tr>
        ${heads.map((head, index) => html`<th scope="col" ${isNumber(index) ? html` class="number"` : undefined}>${head.replace('#', '')}</th>`)}
      </tr>
    </thead>
    <tbody>
      ${rows.map(
        (cells) =>
          html`<tr>
            ${cells.map((cell, index) =>
              index === 0
                ? html`<th scope="row">${cell}</th>`
                : html`<td${isNumber(index) ? html` class="number"` : undefined}>${cell}</td>`,
            )}
          </tr>`,
      )}
    </tbody>
  </table>`;
  return html`<section id="${id}" aria-labelledby="${id}-title">
    <h2 id="${id}-title">${title}</h2>
    ${rows.length === 0 ? html`<p>${none}</p>` : wide(title, table)}
  </section>`;
}
