import { readFile } from 'node:fs/promises';
import { parsePolicy, type Policy } from '../../src/policy/index.ts';
import { VERSION } from '../../src/version.ts';

/** The pages on exchanges that are no identity provider's of their own. */
export const NAMES = ['token-exchange', 'aws', 'gcp', 'azure-key-vault'] as const;
export type Name = (typeof NAMES)[number];
export const FOLDER = new URL('../../docs/exchange/', import.meta.url);
export const read = (name: string): Promise<string> => readFile(new URL(name, FOLDER), 'utf8');
export const PAGES = Object.fromEntries(
  await Promise.all(NAMES.map(async (name) => [name, await read(`${name}.md`)] as const)),
) as Record<Name, string>;
const CHAIN = /^ {2}web:\n(?: {4}.*\n)+/m;

/** Every block of the page in this language. */
export const blocks = (name: Name, language: string): readonly string[] =>
  [...PAGES[name].matchAll(new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\`$`, 'gms'))].map(([, text = '']) => text);
/** The page's policy, and the same with each of its other chains. */
export const policiesOf = (name: Name): readonly Policy[] => {
  const [whole = ''] = blocks(name, 'yaml').filter((text) => text.startsWith('# deploy-policy.yml'));
  const others = blocks(name, 'yaml').filter((text) => text.startsWith('# in place of exchanges'));
  const texts = [whole, ...others.map((text) => whole.replace(CHAIN, () => CHAIN.exec(text)?.[0] ?? 'none'))];
  return texts.map((text) => parsePolicy(new TextEncoder().encode(text), VERSION));
};
/** The settings of the first hop of such a policy, by its kind. */
export const hopOf = (name: Name, number: number): Readonly<Record<string, object>> =>
  policiesOf(name)[number]?.exchanges['web']?.[0] ?? {};
