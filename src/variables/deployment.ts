/** What `DEPLOYMENT` names. */
export type DeploymentChoice =
  | { readonly kind: 'id'; readonly id: string }
  | { readonly kind: 'address'; readonly host: string }
  /** Of Bitbucket's pipeline. */
  | { readonly kind: 'build'; readonly number: string }
  /** As it was given: of a record's file, relative to the clone or absolute. */
  | { readonly kind: 'record'; readonly path: string };

const ID = /^dpl_[A-Za-z0-9]{1,64}$/;
const BUILD = /^build:([1-9]\d{0,11})$/;
const RECORD_ENDING = '.sigstore.json';

/** Undefined for what is none of these: a typing error must not be looked for in the clone. */
export function chooseDeployment(text: string): DeploymentChoice | undefined {
  if (ID.test(text)) return { kind: 'id', id: text };
  const number = BUILD.exec(text)?.[1];
  if (number !== undefined) return { kind: 'build', number };
  if (text.includes('://')) return readAddress(text);
  return text.endsWith(RECORD_ENDING) && !text.includes('\0') ? { kind: 'record', path: text } : undefined;
}

/** The host alone counts; whatever else stands in an address would be ignored, so nothing may. */
function readAddress(text: string): DeploymentChoice | undefined {
  if (!URL.canParse(text)) return undefined;
  const { protocol, host, port, username, password, pathname, search, hash } = new URL(text);
  const bare = port === '' && username === '' && password === '' && pathname === '/' && search === '' && hash === '';
  return protocol === 'https:' && bare ? { kind: 'address', host } : undefined;
}
