import type { Row } from '../../types.ts';
import type { PageFacts } from '../format.ts';
import { find } from './dom.ts';
import { writeEvidence } from './evidence.ts';
import { rowKey } from './table.ts';

/** @param closed is told when the user has closed it, by its button, Escape or a click beside it */
export function connectDialog(facts: PageFacts, closed: () => void): { show(row: Row | undefined): void } {
  const dialog = find('evidence', HTMLDialogElement);
  let shown = '';
  dialog.addEventListener('close', () => {
    dialog.replaceChildren();
    closed();
    opener(shown)?.focus();
  });
  dialog.addEventListener('click', ({ target }) => {
    if (target === dialog) dialog.close();
  });
  return {
    show: (row) => {
      if (row === undefined) {
        dialog.close();
        return;
      }
      shown = rowKey(row);
      dialog.replaceChildren(...writeEvidence(row, facts, () => dialog.close()));
      if (!dialog.open) dialog.showModal();
      dialog.scrollTop = 0;
      dialog.querySelector('h2')?.focus();
    },
  };
}

/** The button that it was opened by: a new one, where the list was written anew since. */
function opener(key: string): HTMLElement | undefined {
  return [...document.querySelectorAll<HTMLElement>('.open')].find(({ dataset }) => dataset['key'] === key);
}
