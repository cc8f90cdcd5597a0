import type { Policy } from '../policy/types.ts';
import { sharedIds, VERCEL_CLI_CLIENT_ID } from './render-vercel-notes.ts';
import { toVercelSide } from './render-vercel.ts';
import type { VercelClaim, WantedPolicy } from './types.ts';

const RESOURCE = 'vercel_oidc_federation_policy';
const MAX_COMMENT = 110;

/** HCL for Vercel's provider, laid out as `terraform fmt` does. */
export function renderTerraform(policy: Policy): string {
  const { policies, warnings } = toVercelSide(policy);
  const shared = sharedIds(policies);
  const head = ['Written by: vercel-oidc-deploy policy render. Change the policy file, not this one.', ...warnings];
  const labels = toLabels(policies.map(({ grants }) => grants[0] ?? ''));
  const blocks = policies.map((wanted, index) => renderResource(wanted, labels[index] ?? '', shared));
  return [head.map(toComment).join('#\n'), ...blocks].join('\n');
}

function renderResource(
  { grants, teamId, policyId, request }: WantedPolicy,
  label: string,
  shared: ReadonlySet<string>,
): string {
  const address = `${RESOURCE}.${label}`;
  const id = [teamId, policyId].filter((part) => part !== undefined).join('/');
  const live = policyId !== undefined && !shared.has(policyId);
  const isCli = request.clientId === VERCEL_CLI_CLIENT_ID;
  const attributes = [
    ...(teamId === undefined ? [] : [['team_id', toHcl(teamId)]]),
    ['client', toHcl(isCli ? 'vercel' : request.clientId)],
    ['issuer_url', toHcl(request.issuerUrl)],
    ['name', toHcl(request.name)],
  ];
  return [
    toComment(`Grants: ${grants.join(', ')}`),
    ...(live ? [`# If it is live already: terraform import ${address} ${id}\n`] : []),
    ...(isCli
      ? []
      : [toComment("Vercel's provider knows clients by a word: put the one of this client in its place.")]),
    `resource "${RESOURCE}" "${label}" {\n`,
    ...attributes.map(([name = '', value = '']) => `  ${name.padEnd(10)} = ${value}\n`),
    `\n  claims = [\n${request.claims.map(renderClaim).join('')}  ]\n`,
    `\n  permissions = ${toList(request.permissions)}\n`,
    `\n  resources = {\n    project_ids = ${toList(request.resources.projectIds)}\n  }\n}\n`,
  ].join('');
}

function renderClaim({ name, values }: VercelClaim): string {
  const lines = values.map(({ value, wildcards }) => {
    return `        { value = ${toHcl(value)}, wildcards = ${String(wildcards)} },\n`;
  });
  return `    {\n      name = ${toHcl(name)}\n      values = [\n${lines.join('')}      ]\n    },\n`;
}

function toList(values: readonly string[]): string {
  return `[${values.map(toHcl).join(', ')}]`;
}

/** A quoted template of HCL that stands for exactly this text: `${` and `%{` would begin code. */
function toHcl(text: string): string {
  const escaped = text
    .replace(/["\\]/g, (sign) => `\\${sign}`)
    .replace(/[$%](?=\{)/g, (sign) => `${sign}${sign}`)
    .replace(/[^\x20-\x7e]/gu, (sign) => {
      const hex = (sign.codePointAt(0) ?? 0).toString(16);
      return hex.length > 4 ? `\\U${hex.padStart(8, '0')}` : `\\u${hex.padStart(4, '0')}`;
    });
  return `"${escaped}"`;
}

/** Names of resources: letters, digits, `_` and `-`, no digit first, each once. */
function toLabels(names: readonly string[]): readonly string[] {
  const labels: string[] = [];
  for (const name of names) {
    const base = name.replace(/[^A-Za-z0-9_-]/g, '_').replace(/^(?=[^A-Za-z_])/, '_');
    let label = base;
    for (let number = 2; labels.includes(label); number += 1) label = `${base}-${String(number)}`;
    labels.push(label);
  }
  return labels;
}

function toComment(text: string): string {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const last = lines.at(-1);
    if (last === undefined || last.length + word.length >= MAX_COMMENT) lines.push(word);
    else lines[lines.length - 1] = `${last} ${word}`;
  }
  return lines.map((line) => `# ${line}\n`).join('');
}
