/** A line that is no variable for dotenv would end up in the value of another one. */
const NAME = /^[A-Za-z_][A-Za-z0-9_]*$/;
/** A credential that acts as the project; a build that runs hundreds of packages is no place for it. */
const OIDC_TOKEN = 'VERCEL_OIDC_TOKEN';
/** What the Vercel CLI leaves out as well: a build decides by other means. */
const IGNORED = ['VERCEL_ANALYTICS_ID', 'VERCEL_SPEED_INSIGHTS_ID', 'VERCEL_WEB_ANALYTICS_ID', OIDC_TOKEN];
const HEADER =
  '# Values of environment variables, written by COMMAND: pull. Not to be committed, and not to be kept.\n';

export interface EnvironmentFile {
  readonly text: string;
  /** Names of the variables in it, sorted. */
  readonly names: readonly string[];
  /** Names of `sensitive` variables, whose values nobody can read. Not in the file: an empty value would be a wrong one. */
  readonly sensitive: readonly string[];
  /** Names of variables in it whose values `vercel build` reads otherwise than Vercel has them. */
  readonly inexact: readonly string[];
  /** Names that no file can hold. */
  readonly unfit: readonly string[];
}

/**
 * The text of `.vercel/.env.<target>.local`, for the dotenv in `vercel build` (4.0) and, wherever both can agree, for
 * dotenv of today.
 * @param sensitive names of `sensitive` variables; undefined where it is not known which they are
 */
export function writeEnvironmentFile(
  values: Readonly<Record<string, string>>,
  sensitive: readonly string[] | undefined,
): EnvironmentFile {
  const found = Object.keys(values)
    .filter((name) => !IGNORED.includes(name))
    .sort();
  const isSensitive = (name: string): boolean => values[name] === '' && sensitive?.includes(name) !== false;
  const fit = found.filter((name) => NAME.test(name));
  const names = fit.filter((name) => !isSensitive(name));
  const lines = names.map((name) => `${name}=${quoteValue(values[name] ?? '')}\n`);
  const unread = (sensitive ?? []).filter((name) => !(name in values) && !IGNORED.includes(name));
  return {
    text: HEADER + lines.join(''),
    names,
    sensitive: [...new Set([...fit.filter(isSensitive), ...unread])].sort(),
    inexact: names.filter((name) => !isExact(values[name] ?? '')),
    unfit: found.filter((name) => !NAME.test(name)),
  };
}

/**
 * In double quotes, as the Vercel CLI writes it, a line break is `\n`, and so is a backslash before an n; in single
 * quotes both readers take what stands there, and a double quote with it.
 */
function quoteValue(value: string): string {
  const oneLine = !/[\n\r]/.test(value);
  if (oneLine && (hasEscape(value) || (value.includes('"') && !value.includes("'")))) return `'${value}'`;
  return `"${value.replaceAll('\n', '\\n').replaceAll('\r', '\\r')}"`;
}

function hasEscape(value: string): boolean {
  return /\\[nr]/.test(value);
}

/** dotenv 4 trims, undoes `\n` alone, and takes nothing for a line that has another kind of line break in it. */
function isExact(value: string): boolean {
  if (value !== value.trim() || /[\r\u2028\u2029]/.test(value)) return false;
  return !(value.includes('\n') && value.includes('\\n'));
}
