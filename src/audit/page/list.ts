import type { Held } from './choice.ts';
import { writeHeld } from './held.ts';
import { html, type Html } from './html.ts';
import { FAMILIES, FAMILY_NAMES } from './words.ts';

/** What the page's program fills: the timeline, the filter, the list and the evidence of one row. */
export function writeList(held: Held | undefined): Html {
  return html`<noscript>
      <p>
        Timeline and list need the program in this page, which this browser does not run. audit.csv has
        ${held ? 'every row' : 'the same rows'}.
      </p>
    </noscript>
    <div id="list" hidden>
      <section aria-labelledby="rows-title">
        <h2 id="rows-title" tabindex="-1">Every change, with its evidence</h2>
        ${held && writeHeld(held)} ${writeFilter()}
        <section id="timeline" aria-labelledby="timeline-title">
          <h3 id="timeline-title">Deployments and changes over time, and the builds that they came from</h3>
          <ul class="legend" aria-label="Legend">
            ${FAMILY_NAMES.map(
              (name) =>
                html`<li class="f-${name}"><span class="swatch" aria-hidden="true"></span>${FAMILIES[name].title}</li>`,
            )}
            <li class="f-build"><span class="swatch" aria-hidden="true"></span>Builds (downwards)</li>
          </ul>
          <p class="note screen" id="timeline-help">
            A bar is a span of time. Choose one to narrow the list to it; with the keyboard by arrow keys and Enter.
          </p>
          <div id="bars" role="toolbar" aria-labelledby="timeline-title" aria-describedby="timeline-help"></div>
          ${held && html`<p class="note" id="timeline-left"></p>`}
          <p class="screen"><button type="button" id="whole">Show the whole period</button></p>
          <details>
            <summary>The timeline as a table</summary>
            <div class="wide" role="group" aria-label="The timeline as a table" tabindex="0" id="bins"></div>
          </details>
        </section>
        <p id="count" role="status"></p>
        <p class="note screen">Choose a row, by click or Enter, to see its evidence.</p>
        <div class="wide" role="group" aria-labelledby="rows-title" tabindex="0">
          <table id="rows" role="table"></table>
        </div>
        <nav id="pager" class="screen" aria-label="Pages of the list"></nav>
      </section>
    </div>
    <dialog id="evidence" aria-labelledby="evidence-title"></dialog>
    <p id="said" class="unseen" role="status"></p>`;
}

function writeFilter(): Html {
  return html`<form id="filter" class="screen" role="search" aria-label="Filter the list">
    <fieldset id="classes-filter">
      <legend>Class</legend>
    </fieldset>
    <div class="fields">
      <label>Text <input type="search" name="q" autocomplete="off" placeholder="id, commit, reason" /></label>
      <label
        >Project
        <select name="project"></select
      ></label>
      <label
        >Person
        <select name="person"></select
      ></label>
      <label
        >Target
        <select name="target"></select
      ></label>
      <label>From (UTC) <input type="datetime-local" name="from" step="1" /></label>
      <label>Until (UTC) <input type="datetime-local" name="to" step="1" /></label>
      <label
        >Order
        <select name="sort">
          <option value="">Newest first</option>
          <option value="oldest">Oldest first</option>
          <option value="worst">Worst first</option>
        </select>
      </label>
      <label class="check"><input type="checkbox" name="production" /> Production only</label>
      <button type="reset">Show everything</button>
    </div>
  </form>`;
}
