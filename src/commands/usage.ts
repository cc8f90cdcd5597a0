/** What `--help` prints behind a command: its own form, where it takes words. */
export async function helpFor([command = '', verb]: readonly string[]): Promise<string> {
  switch (command) {
    case 'verify':
      return writeForms([(await import('./verify-options.ts')).VERIFY_USAGE], 'docs/record.md#check-a-record');
    case 'audit':
      return writeForms((await import('./audit-options.ts')).auditUsage(verb), 'docs/audit.md');
    case 'policy':
      return writeForms((await import('./policy-options.ts')).policyUsage(verb), 'docs/policy.md');
    default:
      return HELP;
  }
}

function writeForms(lines: readonly string[], page: string): string {
  return `\n${lines.join('\n')}\n\nMore: ${page} in the pipe's repository. \`help\` lists the other commands.\n`;
}

/** What `help` and `--help` print. A test holds that every command is in it. */
export const HELP = `
In a pipeline, variables say what to do: COMMAND, and those of README.md#variables. On a command line:

  deploy                    deploys; the default. It and the next six take variables alone, and no words
  doctor                    looks at everything that a deploy needs, and deploys nothing
  promote, rollback         move production to another deployment                   docs/commands.md
  smoke                     asks a deployment for what it must answer               docs/commands.md
  cleanup                   settles interrupted runs, removes previews              docs/commands.md
  pull                      fetches the project's settings for a build              docs/commands.md
  verify                    checks records, offline                                 docs/record.md#check-a-record
  policy                    renders, compares, signs, renews and tests a policy     docs/policy.md
  audit                     explains every deployment, or names it                  docs/audit.md
  version                   prints the version

verify, policy and audit take words: --help behind one of them prints its form. Statuses: README.md#exit-statuses.
The pages are in the pipe's repository.
`;
