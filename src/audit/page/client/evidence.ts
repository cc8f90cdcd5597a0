import { CLASSES } from '../../classes.ts';
import type { Check, Row } from '../../types.ts';
import type { PageFacts } from '../format.ts';
import { visible } from '../visible.ts';
import { countText, familyOf, kindText } from '../words.ts';
import { commandsOf, type Command } from './commands.ts';
import { button, make, mark, outside, say } from './dom.ts';
import { listFacts } from './facts.ts';
import { commitLink, deploymentLink, safeLink } from './links.ts';

const CHECKS: Readonly<Record<Check['name'], string>> = {
  record: 'Record',
  signature: 'Signature',
  time: 'Time of the signature',
  deployment: "Vercel's deployment",
  event: "Vercel's event history",
  build: "Bitbucket's build",
  step: 'Step of the build',
  review: 'Review',
  policy: 'Deploy policy',
  'vercel-policy': "Vercel's OIDC policy",
};

const STATES = {
  ok: { family: 'verified', text: 'holds' },
  bad: { family: 'trust', text: 'does not hold' },
  missing: { family: 'gap', text: 'could not be checked' },
  none: { family: 'none', text: 'does not apply' },
} as const;

/** An id has fewer: whatever an address holds, it must not fill the page. */
const MAX_KEY = 200;

/** Of a row that an address names and this page does not hold. @param key `<kind>:<id>`, or whatever stands there */
export function writeMissing(key: string, { left }: PageFacts, close: () => void): readonly HTMLElement[] {
  const name = visible(key.slice(0, MAX_KEY).replace(':', ' '));
  const where = left
    ? `This page leaves ${countText(left.rows, 'row')} out. If this is one of them, audit.csv and audit.jsonl have it: they stand beside this page and hold every row.`
    : 'This page holds every row of its audit, and this is none of them.';
  return [
    make(
      'header',
      { class: 'f-gap' },
      make('p', { class: 'kind' }, 'Named by the address'),
      make('h2', { attributes: { id: 'evidence-title', tabindex: '-1' } }, mark('gap'), ' Not in this page'),
      button('Close', close, 'close'),
    ),
    make('p', {}, make('code', {}, name)),
    make('p', {}, `${where} The address may also be of the page of another audit, which looked at another period.`),
  ];
}

/** All that is known of one row, and how to prove it. */
export function writeEvidence(row: Row, facts: PageFacts, close: () => void): readonly HTMLElement[] {
  const { title, meaning, next } = CLASSES[row.class];
  const family = familyOf(row.class);
  const target = row.target === '' ? '' : ` \u2013 ${row.target}`;
  return [
    make(
      'header',
      { class: `f-${family}` },
      make('p', { class: 'kind' }, `${kindText(row)}${target}`),
      make('h2', { attributes: { id: 'evidence-title', tabindex: '-1' } }, mark(family), ` ${title}`),
      button('Close', close, 'close'),
    ),
    make('p', {}, meaning, row.instead === undefined ? '' : ` Without it: ${CLASSES[row.instead].title}.`),
    ...(row.reasons.length === 0
      ? []
      : [make('ul', { class: 'reasons' }, ...row.reasons.map((reason) => make('li', {}, reason)))]),
    ...(row.class === 'VERIFIED' ? [] : [make('p', {}, make('strong', {}, 'What to do: '), next)]),
    writeLinks(row),
    make('h3', {}, 'What was checked'),
    make('ol', { class: 'checks' }, ...row.checks.map(writeCheck)),
    ...listFacts(row, facts),
    ...writeCommands(commandsOf(row, facts)),
  ];
}

function writeCheck({ name, state, found }: Check): HTMLElement {
  const { family, text } = STATES[state];
  return make(
    'li',
    { class: `f-${family}` },
    make('span', { class: 'mark', attributes: { 'aria-hidden': 'true' } }),
    make('div', {}, make('strong', {}, CHECKS[name]), ` ${text}`, make('div', { class: 'found' }, found)),
  );
}

function writeLinks({ deployment, build, review }: Row): HTMLElement {
  const links = [
    { text: 'The deployment', address: deploymentLink(deployment?.url) },
    { text: 'On Vercel', address: safeLink(deployment?.inspectorUrl) },
    { text: 'Build on Bitbucket', address: safeLink(build?.url) },
    { text: 'Commit', address: commitLink(build?.repository, build?.commit) },
    { text: 'Pull request', address: safeLink(review?.url) },
  ].flatMap(({ text, address }) => (address === undefined ? [] : [make('li', {}, outside(address, text))]));
  return make('ul', { class: 'links', attributes: { 'aria-label': 'Links' } }, ...links);
}

function writeCommands(commands: readonly Command[]): HTMLElement[] {
  if (commands.length === 0) return [];
  return [
    make('h3', {}, 'Prove it again'),
    make('p', { class: 'note' }, 'In the folder of records that the audit was given, with keys that you trust.'),
    ...commands.map(({ title, note, text }) => {
      const code = make('pre', { attributes: { tabindex: '0', role: 'group', 'aria-label': title } }, text);
      const copy = button('Copy', () => void copyText(text, code), 'copy');
      copy.setAttribute('aria-label', `Copy: ${title}`);
      return make('div', { class: 'command' }, make('h4', {}, title), copy, make('p', { class: 'note' }, note), code);
    }),
  ];
}

/** A browser may refuse the clipboard to a file: then the text is selected, for the user's own keys. */
async function copyText(text: string, shown: HTMLElement): Promise<void> {
  try {
    await navigator.clipboard.writeText(text);
    say('Copied');
  } catch {
    getSelection()?.selectAllChildren(shown);
    say('Selected: copy it with your keyboard');
  }
}
