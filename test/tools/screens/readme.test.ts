import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { ROOT } from '../../../tools/root.ts';
import { putScreens } from '../../../tools/screens/readme.ts';
import { makeScreens } from '../../../tools/screens/run.ts';

describe('the screens of the page on the log', () => {
  it('are what the pipe prints: else `npm run screens` writes them anew', async () => {
    const page = readFileSync(`${ROOT}docs/log.md`, 'utf8');
    const screens = await makeScreens();
    expect(putScreens(page, screens)).toBe(page);
    // What has a name but no text would be a screen of nothing.
    for (const text of Object.values(screens)) expect(text.split('\n').length).toBeGreaterThan(10);
  });

  const page = (name: string, text: string): string =>
    `before\n\n<!-- screen: ${name} -->\n\n\`\`\`text\n${text}\`\`\`\n\n<!-- end -->\n\nafter\n`;

  it('are put between their marks, and nothing else is touched', () => {
    const text = '02:00:00   costs $& and $1\n';
    expect(putScreens(page('deploy', 'old\n'), { deploy: text })).toBe(page('deploy', text));
  });

  it.each([
    { name: 'one that the page has not', screens: { deploy: 'a\n', denied: 'b\n' } },
    { name: 'none for a mark of the page', screens: {} },
    { name: 'one of another name', screens: { denied: 'b\n' } },
  ])('are refused where there is $name', ({ screens }) => {
    expect(() => putScreens(page('deploy', ''), screens)).toThrow('the page has the screens deploy; wanted');
  });
});
