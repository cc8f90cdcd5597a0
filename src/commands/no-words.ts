import { PipeError } from '../errors.ts';
import { VARIABLES } from '../variables/index.ts';
import { hideValue, quoteWord } from './words.ts';

/** More words than this hide what to do. */
const SHOWN = 5;
/** What the next word is for may be a token. */
const SECRET = /^-(?:t|-.*(?:token|key|secret|password))$/i;
/** What other programs, Vercel's own among them, call what a variable says here. */
const MEANT: Readonly<Record<string, string>> = {
  prod: 'TARGET: production',
  production: 'TARGET: production',
  preview: 'TARGET: preview',
  prebuilt: 'MODE: prebuilt',
  archive: 'UPLOAD: archive',
  'no-wait': "WAIT: 'false'",
  'skip-domain': "AUTO_ASSIGN_DOMAINS: 'false'",
};

/**
 * For a command that takes variables alone. Words that were passed over in silence would leave their author believing
 * in a dry run, or in a preview, while production is deployed to.
 */
export function refuseWords(command: string, words: readonly string[]): PipeError {
  const shown = words
    .slice(0, SHOWN)
    .map((word, index) => (SECRET.test(words[index - 1] ?? '') ? '…' : hideValue(word)));
  const rest = words.length - shown.length;
  const hints = shown.flatMap((word) => {
    const instead = findInstead(command, word);
    return instead === undefined ? [] : [`In place of ${quoteWord(word)}: ${instead}`];
  });
  return new PipeError({
    code: 'USAGE',
    message: `The command ${command} takes no words after it: variables say what it is to do. Nothing was sent.`,
    got: shown.map(quoteWord).join(' ') + (rest > 0 ? ` and ${String(rest)} more` : ''),
    wanted: `${command} alone, and variables of the step`,
    faults: hints,
    fix: 'Remove the words and set variables: README.md#variables. help tells of the commands.',
  });
}

/** Undefined where nothing is known that the word could stand for. */
function findInstead(command: string, word: string): string | undefined {
  const [name = ''] = word.replace(/^-+/, '').split('=');
  if (name === 'dry-run') {
    return command === 'cleanup' ? "DRY_RUN: 'true'" : 'COMMAND: doctor, which looks at everything and deploys nothing';
  }
  if (/^(?:dpl_|https?:|build:)|\.sigstore\.json$/.test(word)) return 'DEPLOYMENT, with that as its value';
  if (Object.hasOwn(MEANT, name)) return MEANT[name];
  const variable = name.toUpperCase().replaceAll('-', '_');
  return VARIABLES.has(variable) ? `the variable ${variable}` : undefined;
}
