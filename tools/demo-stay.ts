/** `-- --stay`: the demo's sandbox goes on, so that every command of the pages can be tried by hand against it. */
import { writeFile } from 'node:fs/promises';
import { relative } from 'node:path';
import { ROOT } from './root.ts';

/** Ends at Ctrl-C, or at once where nobody asked for it. */
export async function stayIfAsked(directory: string, environment: Readonly<Record<string, string>>): Promise<void> {
  if (!process.argv.includes('--stay')) return;
  // Nobody else on the machine needs the step's token, though it opens the sandbox alone.
  await writeFile(`${directory}/step.env`, shellText(environment), { mode: 0o600 });
  console.log(`
The sandbox goes on until you press Ctrl-C; the step's token lives for an hour. In another shell (bash):
  cd ${relative(process.cwd(), directory)} && . ./step.env
  vercel-oidc-deploy doctor`);
  // A promise alone keeps no process alive; the sandbox's sockets do.
  await new Promise<void>((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => resolve());
  });
}

/** The variables of the step, and the pipe under the name that the pages give it. */
function shellText(environment: Readonly<Record<string, string>>): string {
  const quote = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;
  const lines = Object.entries(environment).map(([name, value]) => `export ${name}=${quote(value)}`);
  return `${lines.join('\n')}\nvercel-oidc-deploy() { node ${quote(`${ROOT}dist/main.js`)} "$@"; }\n`;
}
