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

verify, policy and audit print their whole form where nothing follows them. Statuses: README.md#exit-statuses.
The pages are in the pipe's repository.
`;
