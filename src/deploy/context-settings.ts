import { cleanText } from '../http/index.ts';
import { isJson, type Json } from './json.ts';
import type { ProjectSettings } from './types.ts';

/**
 * What is kept of the reply to `GET /v9/projects/{id}`, in this order; a name with dots is a member of an object.
 * The reply holds secrets as well (`env`, and the names of `protectionBypass` are some), so nothing else leaves it.
 * Names as in Vercel's OpenAPI; `previewDeploymentsDisabled` and `serverlessFunctionRegion` are known from its
 * Terraform provider alone, and may not be in this reply.
 */
const KEPT: readonly string[] = [
  ...['framework', 'nodeVersion', 'rootDirectory', 'sourceFilesOutsideRootDirectory', 'outputDirectory'],
  ...['buildCommand', 'installCommand', 'devCommand', 'commandForIgnoringBuildStep'],
  ...['autoAssignCustomDomains', 'autoExposeSystemEnvs', 'previewDeploymentsDisabled', 'paused'],
  ...['directoryListing', 'protectedSourcemaps', 'serverlessFunctionRegion', 'serverlessFunctionZeroConfigFailover'],
  'skewProtectionMaxAge',
  ...['resourceConfig.fluid', 'resourceConfig.functionDefaultRegions', 'resourceConfig.functionDefaultTimeout'],
  ...['resourceConfig.functionDefaultMemoryType', 'resourceConfig.functionZeroConfigFailover'],
  ...['resourceConfig.elasticConcurrencyEnabled', 'resourceConfig.buildMachineType'],
  'resourceConfig.buildMachineSelection',
  ...['ssoProtection.deploymentType', 'passwordProtection.deploymentType', 'passport.deploymentType'],
  ...['trustedIps.deploymentType', 'trustedIps.protectionMode'],
  ...['oidcTokenConfig.enabled', 'oidcTokenConfig.issuerMode'],
  ...['staticIps.enabled', 'staticIps.builds', 'staticIps.regions', 'rollingRelease.target'],
];
/** Whose presence says something even where none of its members is known: Vercel hides a password's settings. */
const PROTECTIONS = ['ssoProtection', 'passwordProtection', 'passport', 'trustedIps'];
const COMMANDS = ['buildCommand', 'installCommand', 'devCommand', 'commandForIgnoringBuildStep'];

/**
 * The settings that shape a deployment. Null is Vercel's own word for "not set"; an absent one is not recorded. An
 * object that is null stands under its own name; so does a protection of which Vercel only says that it is there.
 */
export function readSettings(project: Json): ProjectSettings {
  const settings: Record<string, string | number | boolean | null> = {};
  for (const name of KEPT) {
    const [top = '', member] = name.split('.');
    const value = project[top];
    if (member === undefined) put(settings, name, value);
    else if (value === null) settings[top] = null;
    else if (isJson(value)) put(settings, name, value[member]);
  }
  for (const name of PROTECTIONS) {
    const isNamed = Object.keys(settings).some((known) => known === name || known.startsWith(`${name}.`));
    if (isJson(project[name]) && !isNamed) settings[name] = true;
  }
  return settings;
}

function put(settings: Record<string, string | number | boolean | null>, name: string, value: unknown): void {
  const scalar = toScalar(value);
  if (scalar === undefined) return;
  settings[name] = typeof scalar === 'string' && COMMANDS.includes(name) ? hideLiterals(scalar) : scalar;
}

/** What every JSON writer spells alike, or undefined. A list of words (regions) becomes one text. */
function toScalar(value: unknown): string | number | boolean | null | undefined {
  if (value === null || typeof value === 'boolean') return value;
  if (typeof value === 'string') return toPlainText(value);
  if (Number.isSafeInteger(value)) return value as number;
  const isWords = Array.isArray(value) && value.every((item) => typeof item === 'string');
  return isWords ? toPlainText(value.join(',')) : undefined;
}

/** Without control characters, which jq and JavaScript escape differently, and bounded. */
export function toPlainText(text: string): string {
  return cleanText(text).toWellFormed();
}

/**
 * A command of the project with the secrets out that people write into them: credentials of an address, what is assigned
 * to a name that speaks of secrets, and long words of letters and digits. `$NAME` stays. Best effort, and rather too much.
 */
export function hideLiterals(command: string): string {
  const named = String.raw`[\w-]*(?:token|secret|passw|auth|credential|key)[\w-]*["']?`;
  return command
    .replace(/(:\/\/)[^/\s@]+@/g, '$1[redacted]@')
    .replace(
      new RegExp(
        String.raw`(${named}\s*[=:]\s*|--${named}\s+|\b(?:bearer|basic)\s+)(["']?)(?![$"'\s]|bearer\s|basic\s)[^\s"';&|]+`,
        'gi',
      ),
      '$1$2[redacted]',
    )
    .replace(/\b(?=\w*\d)(?=\w*[a-z])\w{20,}/gi, '[redacted]');
}
