import type { Row } from '../../types.ts';
import type { PageFacts } from '../format.ts';
import { find } from './dom.ts';
import { writeEvidence, writeMissing } from './evidence.ts';

export interface EvidenceDialog {
  /**
   * @param key of the row that is open; undefined: none is
   * @param row undefined where the page does not hold it
   */
  show(key: string | undefined, row: Row | undefined): void;
}

/** @param closed is told when the user has closed it, by its button, Escape or a click beside it */
export function connectDialog(facts: PageFacts, closed: () => void): EvidenceDialog {
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
    show: (key, row) => {
      if (key === undefined) {
        dialog.close();
        return;
      }
      const close = (): void => dialog.close();
      shown = key;
      dialog.replaceChildren(...(row ? writeEvidence(row, facts, close) : writeMissing(key, facts, close)));
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
