import { openRows } from '../decode.ts';
import type { Block, PageFacts } from '../format.ts';
import { createCatalog } from './catalog.ts';
import { find } from './dom.ts';
import { showList } from './show.ts';

/** Reads what stands in the page's data elements, and takes them away: once in memory is enough. */
function takeData(name: string): unknown[] {
  return [...document.querySelectorAll(`script.${name}[type="application/json"]`)].map((element) => {
    const value: unknown = JSON.parse(element.textContent);
    element.remove();
    return value;
  });
}

const rows = openRows(takeData('rows') as Block[]);
const [facts] = takeData('facts') as [PageFacts];
find('list', HTMLElement).hidden = false;
showList(createCatalog(rows, facts.projects, facts.left), facts);
document.documentElement.dataset['ready'] = 'true';
