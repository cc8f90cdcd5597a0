import { EXIT_STATUS, type ErrorCode } from '../../src/errors.ts';

/** Of lines for people: the label of an error, and the code word before its message. */
const HUMAN = /✖ ERROR\S* (?:.*? )??([A-Z][A-Z_]+): /;

/** The code words of the errors that a log tells, in their order; both forms of the log. */
export function codesOf(log: string): ErrorCode[] {
  const codes: ErrorCode[] = [];
  for (const line of log.split('\n')) {
    const word = line.startsWith('{') ? codeOfLine(line) : HUMAN.exec(line)?.[1];
    if (word !== undefined && word in EXIT_STATUS) codes.push(word as ErrorCode);
  }
  return codes;
}

/** Whether the log says that the step's identity was verified. */
export function tellsIdentity(log: string): boolean {
  return /✔\S* identity |"message":"identity /.test(log);
}

function codeOfLine(line: string): string | undefined {
  try {
    const { level, code } = JSON.parse(line) as { readonly level?: string; readonly code?: string };
    return level === 'error' ? code : undefined;
  } catch {
    return undefined;
  }
}
