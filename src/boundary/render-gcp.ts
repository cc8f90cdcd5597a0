import type { Policy } from '../policy/types.ts';
import { chooseGrants } from './render-grants.ts';
import { toJson } from './render-json.ts';
import { audienceOf } from './render-scopes.ts';
import type { RenderOptions } from './types.ts';

const MAX_CONDITION = 4096;
/** No field of these names can follow a dot in CEL. */
const CEL_WORDS = ['in', 'true', 'false', 'null'];

/**
 * Workload identity providers of Google Cloud, one for each grant: what is granted is bound to a provider's pool, and two
 * grants of one provider could not be told apart there. A claim that the token lacks makes the condition fail.
 */
export function renderGcp(policy: Policy, options: RenderOptions): string {
  const { scopes, warnings } = chooseGrants(policy, options);
  const told: string[] = [...warnings, 'Give each provider a pool of its own, and each pool its own service account.'];
  const providers = scopes.map(({ grant: { id }, scope: { issuer, claims } }) => {
    const attributeCondition = Object.entries(claims)
      .map(([name, values]) => toCondition(name, values))
      .join(' && ');
    if (attributeCondition.length > MAX_CONDITION) {
      const length = String(attributeCondition.length);
      told.push(
        `The condition of ${id} has ${length} characters; Google Cloud takes ${String(MAX_CONDITION)}: divide it.`,
      );
    }
    return {
      grant: id,
      oidc: { issuerUri: issuer, allowedAudiences: [audienceOf(policy)] },
      attributeMapping: {
        'google.subject': 'assertion.sub',
        'attribute.repository_uuid': 'assertion.repositoryUuid',
        'attribute.step_uuid': 'assertion.stepUuid',
      },
      attributeCondition,
    };
  });
  return toJson({ warnings: told, providers });
}

/** One claim in CEL: its literal values as a list, each of its patterns by itself. */
function toCondition(name: string, values: readonly string[]): string {
  const plain = /^[A-Za-z_][A-Za-z0-9_]*$/.test(name) && !CEL_WORDS.includes(name);
  const claim = plain ? `assertion.${name}` : `assertion[${toCel(name)}]`;
  const literal = values.filter((value) => !value.includes('*'));
  const [only, ...others] = literal;
  const parts = [
    ...(only !== undefined && others.length === 0 ? [`${claim} == ${toCel(only)}`] : []),
    ...(others.length > 0 ? [`${claim} in [${literal.map(toCel).join(', ')}]`] : []),
    ...values.filter((value) => value.includes('*')).map((glob) => toMatch(claim, glob)),
  ];
  return parts.length === 1 ? parts.join('') : `(${parts.join(' || ')})`;
}

/** A pattern without a regular expression where CEL has a word for it. */
function toMatch(claim: string, glob: string): string {
  const [head = '', tail = '', ...rest] = glob.split('*');
  if (rest.length === 0 && head === '' && tail === '') return `${claim} != ""`;
  if (rest.length === 0 && tail === '') return `${claim}.startsWith(${toCel(head)})`;
  if (rest.length === 0 && head === '') return `${claim}.endsWith(${toCel(tail)})`;
  // RE2: `s` lets the point stand for a line break too, and `$` is then the end of the text.
  const source = glob.replace(/[\\^$.|?+()[\]{}]/g, '\\$&').replaceAll('*', '.*');
  return `${claim}.matches(${toCel(`(?s)^${source}$`)})`;
}

/** A string literal of CEL: it has JSON's escapes, and letters of every kind may stand in it as they are. */
function toCel(text: string): string {
  return JSON.stringify(text);
}
