/** Where a screen stands in a page: between two comments that name it. */
const SCREEN = /(<!-- screen: (\w+) -->\n\n```text\n)[^]*?(```\n\n<!-- end -->)/g;

/** The page with these screens in it. Throws where it has not the same ones. */
export function putScreens(page: string, screens: Readonly<Record<string, string>>): string {
  const named: string[] = [];
  const filled = page.replaceAll(SCREEN, (_, before: string, name: string, after: string) => {
    named.push(name);
    return `${before}${screens[name] ?? ''}${after}`;
  });
  const wanted = Object.keys(screens).join(', ');
  if (named.join(', ') !== wanted) throw new Error(`the page has the screens ${named.join(', ')}; wanted ${wanted}`);
  return filled;
}
