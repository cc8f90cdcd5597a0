import type { Held } from './choice.ts';
import { html, type Html } from './html.ts';
import { countText, numberText, timeText } from './words.ts';

/** Which rows are in the page, where these are not all. */
export function writeHeld(held: Held): Html {
  const { all, open, openHeld, until } = held;
  const left = all - held.held;
  return html`<div id="held">
    <p>
      <strong>This page holds ${numberText(held.held)} of ${countText(all, 'row')}</strong>, as many as a browser opens
      well.
    </p>
    <p>
      ${open === openHeld ? writeNewest(held) : writeWorst(held)} ${countText(left, 'row is', 'rows are')} left out,
      none of them later than ${timeText(until)} UTC. audit.csv and audit.jsonl, which stand beside this page, hold
      every row.
    </p>
    <p>The figures of this page count every row. Filter and search know those of this page alone.</p>
  </div>`;
}

function writeNewest({ held, open }: Held): Html {
  const each = open === 0 ? 'No row is open' : html`Each of the ${countText(open, 'open row')} is here`;
  return html`${each} (findings, trust failures, not checkable), and of the others the newest
  ${numberText(held - open)}.`;
}

function writeWorst({ open, openHeld }: Held): Html {
  return html`Of ${countText(open, 'open row')} the worst ${numberText(openHeld)} are here: trust failures before
  findings before what is not checkable, of each the newest. None of the others is here.`;
}
