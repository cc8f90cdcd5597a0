/** What to change where Vercel says that the commit's author has no seat. The pipe sends no author unless it is told to. */
export const SEAT_FIX =
  "Vercel asks for a seat of the commit's author in the team, and this pipe names the author only with GIT_AUTHOR: true. Remove that variable, or add the author on the team's Members page on Vercel.";

const ADD_DOMAIN =
  "Add the domain to the project on Vercel (Settings, Domains), or take a name under one of the team's.";
const REMOVE_ELSEWHERE =
  'It belongs to another project or team: remove it there first (Settings, Domains of that project), or choose another name.';
const SAME_PATH = 'Two files of the deployment claim one path: see the paths in the message, and rename one of them.';

/** What to change, by the code word of Vercel's refusal. */
const BY_CODE: ReadonlyMap<string, string> = new Map([
  ['missing_files', 'Vercel still lacks files that were sent. Run the step again; what was sent stays.'],
  ['too_many_files', 'One deployment takes at most 15,000 files. Set UPLOAD: archive, or send fewer.'],
  ['not_found', 'Check VERCEL_PROJECT_ID, and for a custom environment that TARGET is its slug.'],
  ['project_not_found', 'Check VERCEL_PROJECT_ID and VERCEL_TEAM_ID.'],
  ['missing_project_settings', 'Deploy the project once from the dashboard, so that its settings are complete.'],
  ['missing_build_script', 'Add a build script to package.json, or set the Build Command of the project on Vercel.'],
  ['conflicting_file_path', SAME_PATH],
  ['conflicting_path_segment', SAME_PATH],
  ['env_value_invalid_type', 'Every variable of `env` in vercel.json must be a text: put its value in quotes.'],
  ['payment_required', "See the billing page of the team on Vercel: a payment or the plan's limit stops it."],
  [
    'team_unauthorized',
    'The token is for one project and may not act in the team. Use the exchange, or a token of the team; check VERCEL_TEAM_ID.',
  ],
  ['cert_missing', certificate('has no certificate yet')],
  ['cert_expired', certificate('has a certificate that expired')],
  ['not_domain_owner', `The team does not own the domain. ${ADD_DOMAIN}`],
  ['domain_missing', `Vercel does not know the domain. ${ADD_DOMAIN}`],
  ['domain_not_found', `Vercel does not know the domain. ${ADD_DOMAIN}`],
  ['missing_domain', `Vercel does not know the domain. ${ADD_DOMAIN}`],
  ['domain_not_verified', "Verify the domain first: the project's Settings, Domains name the TXT record to set."],
  ['domain_configured', REMOVE_ELSEWHERE],
  ['domain_taken', REMOVE_ELSEWHERE],
  ['alias_in_use', REMOVE_ELSEWHERE],
  ['alias_conflict', REMOVE_ELSEWHERE],
  ['invalid_alias', 'It is no host name that Vercel takes: letters, digits and hyphens, with a domain after them.'],
  ['custom_domain_needs_upgrade', "The team's plan has no custom domains: use a name under vercel.app, or upgrade."],
  ['deployment_not_ready', 'The deployment is not READY. Run the step again when it is.'],
  ['deployment_not_found', 'The deployment is gone. Run the step again.'],
  ['gone', 'What was asked for is gone. Run the step again; if that does not help, use a newer version of this pipe.'],
]);

const BY_STATUS: ReadonlyMap<number, string> = new Map([
  [402, "See the billing page of the team on Vercel: a payment or the plan's limit stops it."],
  [404, 'Check VERCEL_PROJECT_ID and VERCEL_TEAM_ID, and for a custom environment that TARGET is its slug.'],
  [409, 'Something else changed the same thing at the same moment. Run the step again, not side by side with another.'],
  [410, 'What was asked for is gone. Run the step again; if that does not help, use a newer version of this pipe.'],
  [413, 'It is larger than Vercel takes at once. Set UPLOAD: archive, or leave the largest files out.'],
  [426, 'Vercel wants a newer client than this one: use a newer version of this pipe.'],
]);

/** What to change; undefined where neither code nor status is known. */
export function fixFor(code: string, status: number): string | undefined {
  return BY_CODE.get(code) ?? BY_STATUS.get(status);
}

function certificate(what: string): string {
  return `The domain ${what}: Vercel makes one when the domain's DNS points at it (the project's Settings, Domains). Then run the step again.`;
}
