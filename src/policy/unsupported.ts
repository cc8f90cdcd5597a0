import { asList, asMap, type Fault } from './faults.ts';

const HOPS = ['vercel', 'static'];
const REQUIREMENTS = ['timestamp', 'store', 'recordedOnly'];

/** What the schema knows and this version does not enforce: refused by name, because ignoring a rule would weaken it. */
export function findUnsupported(file: unknown): readonly Fault[] {
  const { keys, exchanges, grants } = asMap(file);
  const faults: Fault[] = [];
  const refuse = (path: readonly string[], what: string): void =>
    void faults.push({
      path,
      what: `${what} not yet supported in this version`,
      wanted: 'a newer version, or no such line',
    });
  if (keys !== undefined) refuse(['keys'], 'pinned keys are');
  for (const [name, chain] of Object.entries(asMap(exchanges))) {
    const path = ['exchanges', name];
    if (asList(chain).length > 1) refuse(path, 'chains of more than one hop are');
    asList(chain).forEach((hop, index) => {
      const kinds = Object.keys(asMap(hop)).filter((kind) => !HOPS.includes(kind));
      for (const kind of kinds) refuse([...path, String(index), kind], 'this hop is');
    });
  }
  asList(grants).forEach((grant, index) => {
    const required = asMap(asMap(grant)['require']);
    const names = REQUIREMENTS.filter((name) => required[name] === true);
    if (required['actors'] !== undefined) names.push('actors');
    for (const name of names) refuse(['grants', String(index), 'require', name], 'this requirement is');
  });
  return faults;
}
