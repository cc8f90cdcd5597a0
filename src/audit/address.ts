/** A deployment's own address as a host name: some of Vercel's answers have a scheme before it. */
export function bareAddress(url: string): string {
  return url.replace(/^https:\/\//, '').toLowerCase();
}
