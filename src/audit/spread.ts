/** Questions that are on their way at once: as many as a service takes without a word. */
export const AT_ONCE = 4;

export async function spread<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  for (let first = 0; first < items.length; first += AT_ONCE) {
    await Promise.all(items.slice(first, first + AT_ONCE).map(work));
  }
}
