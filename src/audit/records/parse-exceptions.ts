import { validateAuditExceptions } from '../../../build/validators.js';
import { sha256Hex } from '../../digest.ts';
import {
  asList,
  asMap,
  findDayFaults,
  findFaults,
  MAX_FAULTS,
  readDocument,
  type Fault,
} from '../../documents/index.ts';
import { PipeError } from '../../errors.ts';
import { show } from '../../text.ts';
import type { AuditClass } from '../classes.ts';
import { endOfMoment, findPeriodFaults, startOfMoment } from './moments.ts';
import type { AuditException } from './types.ts';

/** Without one of them an exception would cover all of a class. */
const NARROWER = 'one of deployments, projects, sources, persons, personIds';

/** A file of exceptions as it is written, in its schema's shape. */
export interface ExceptionsFile {
  readonly version: 1;
  readonly exceptions: readonly RawException[];
}

interface RawException {
  readonly id: string;
  readonly reason: string;
  readonly approver: string;
  readonly ticket: string;
  readonly expires: string;
  readonly covers: Omit<AuditException['covers'], 'from' | 'until'> & {
    readonly from?: string;
    readonly until?: string;
  };
}

export interface ParsedExceptions {
  readonly file: ExceptionsFile;
  readonly items: readonly AuditException[];
  /** SHA-256 of the text, hex. */
  readonly digest: string;
}

/**
 * Parses a file of exceptions (`schemas/audit-exceptions.schema.json`), YAML or JSON.
 * @throws {PipeError} `USAGE` with every fault at once, each `line:column path: what; wanted …`.
 */
export function parseExceptions(bytes: Uint8Array): ParsedExceptions {
  const document = readDocument(bytes, 'exceptions', (lines) => invalidFile('exceptions', lines));
  const faults = findExceptionFaults(document.value);
  if (faults.length > 0) throw invalidFile('exceptions', document.describe(faults));
  const file = document.value as ExceptionsFile;
  return { file, items: file.exceptions.map(toException), digest: sha256Hex(bytes) };
}

/** Everything that is wrong with a file of exceptions, or with the predicate that was made of one. */
export function findExceptionFaults(value: unknown): readonly Fault[] {
  const exceptions = asList(asMap(value)['exceptions']);
  const ids = new Set<unknown>();
  const twice = exceptions.flatMap((item, at): readonly Fault[] => {
    const { id } = asMap(item);
    if (typeof id !== 'string') return [];
    if (ids.has(id))
      return [{ path: ['exceptions', String(at), 'id'], what: `${show(id)} again`, wanted: 'each id once' }];
    ids.add(id);
    return [];
  });
  const times = exceptions.flatMap((item, at): readonly Fault[] => {
    const { expires, covers } = asMap(item);
    const path = ['exceptions', String(at)];
    return [...findDayFaults([...path, 'expires'], expires), ...findPeriodFaults([...path, 'covers'], asMap(covers))];
  });
  // Of the choice that `anyOf` gives, only that none was taken is worth telling.
  const shape = findFaults(validateAuditExceptions, value).map((fault) =>
    fault.path.at(-2) === 'covers' && fault.what === 'missing' && fault.path.at(-1) !== 'classes'
      ? { path: fault.path.slice(0, -1), what: 'too wide', wanted: NARROWER }
      : fault,
  );
  return [...shape, ...twice, ...times];
}

export function toException({ expires, covers, ...rest }: RawException): AuditException {
  const { from, until, ...what } = covers;
  return {
    ...rest,
    expires: endOfMoment(expires),
    covers: {
      ...what,
      classes: what.classes satisfies readonly AuditClass[],
      ...(from !== undefined && { from: startOfMoment(from) }),
      ...(until !== undefined && { until: endOfMoment(until) }),
    },
  };
}

/** `lines` are whole faults: `line:column path: what; wanted …`. */
export function invalidFile(name: 'exceptions' | 'policies', lines: readonly string[]): PipeError {
  const more = lines.length >= MAX_FAULTS ? ' or more' : '';
  const count = lines.length === 1 ? 'one fault' : `${String(lines.length)} faults${more}`;
  const fix = `Correct these lines. An editor that knows schemas/audit-${name}.schema.json shows them as you type.`;
  return new PipeError({ code: 'USAGE', message: `The file of ${name} has ${count}.`, faults: lines, fix });
}
