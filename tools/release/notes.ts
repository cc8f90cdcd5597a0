import { readSections } from './changelog.ts';

export interface Release {
  readonly version: string;
  /** Without a tag. Without it the notes are the changelog's alone. */
  readonly image?: string | undefined;
  /** `sha256:…` of the image for all architectures. */
  readonly digest?: string | undefined;
}

/**
 * What changed, and how a step names this version.
 * @throws {Error} where the changelog has nothing on it: notes that say nothing hide a release.
 */
export function makeNotes(changelog: string, { version, image, digest }: Release): string {
  const section = readSections(changelog).find((each) => each.version === version);
  if (!section?.text) throw new Error(`CHANGELOG.md says nothing about ${version}`);
  if (digest !== undefined && !/^sha256:[0-9a-f]{64}$/.test(digest)) throw new Error(`${digest} is no digest`);
  const title = `# ${version}${section.date === undefined ? '' : ` (${section.date})`}`;
  return `${[title, section.text, ...tellUse(version, image, digest)].join('\n\n')}\n`;
}

function tellUse(version: string, image: string | undefined, digest: string | undefined): readonly string[] {
  if (image === undefined) return [];
  const line = `- pipe: docker://${image}:${version}`;
  const pinned = digest === undefined ? [] : ['# or, so that nobody can move it:', `${line}@${digest}`];
  return ['## Use', ['```yaml', line, ...pinned, '```'].join('\n')];
}
