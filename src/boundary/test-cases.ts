import { validatePolicyTests } from '../../build/validators.js';
import { findFaults, readDocument, type Fault } from '../documents/index.ts';
import { PipeError } from '../errors.ts';
import type { PolicyTests } from './test-types.ts';

/**
 * Parses a file of policy tests: strict YAML, schema (`schemas/policy-tests.schema.json`), rules.
 * @throws {PipeError} `POLICY_INVALID` with every fault at once, each `line:column path: what; wanted …`.
 */
export function parsePolicyTests(bytes: Uint8Array): PolicyTests {
  const file = readDocument(bytes, 'policy tests', invalidTests);
  const schemaFaults = findFaults(validatePolicyTests, file.value);
  // The rules read what the schema has made sure of.
  const faults = schemaFaults.length > 0 ? schemaFaults : findRuleFaults(file.value as PolicyTests);
  if (faults.length > 0) throw invalidTests(file.describe(faults));
  return file.value as PolicyTests;
}

function findRuleFaults({ date, tokens, tests }: PolicyTests): readonly Fault[] {
  const names = tests.map(({ name }) => name);
  const ofTests = tests.flatMap(({ name, token, request, expect }, index) => {
    const path = ['tests', String(index)];
    const faults = [
      ...findDateFaults([...path, 'request', 'date'], request.date),
      ...findExpectFaults([...path, 'expect'], expect),
    ];
    if (names.indexOf(name) !== index) {
      faults.push({ path: [...path, 'name'], what: 'another test has this name too', wanted: 'a name of its own' });
    }
    if (!Object.hasOwn(tokens, token)) {
      const wanted = `one under tokens: ${Object.keys(tokens).slice(0, 20).join(', ')}`;
      faults.push({ path: [...path, 'token'], what: `no token is named ${token}`, wanted });
    }
    return faults;
  });
  return [...findDateFaults(['date'], date), ...ofTests];
}

/** A test that wants both, or only words, would pass or fail for a reason that its author did not mean. */
function findExpectFaults(path: readonly string[], expect: object): Fault[] {
  const wanted = '{ grant: ID }, or { deny: true } with or without a reason';
  if ('grant' in expect && 'deny' in expect) return [{ path, what: 'a grant and a denial', wanted }];
  if ('reason' in expect && !('deny' in expect)) return [{ path, what: 'a reason without deny', wanted }];
  return [];
}

/** `2026-02-30` has the right shape, and `Date` would silently make it 2 March. */
function findDateFaults(path: readonly string[], date: string | undefined): Fault[] {
  if (date === undefined) return [];
  const time = Date.parse(`${date}T00:00:00Z`);
  const real = !Number.isNaN(time) && new Date(time).toISOString().startsWith(date);
  return real ? [] : [{ path, what: `${date} is no day`, wanted: 'a day of the calendar' }];
}

function invalidTests(lines: readonly string[]): PipeError {
  return new PipeError({
    code: 'POLICY_INVALID',
    message: 'The file of policy tests has faults.',
    faults: lines,
    fix: 'Correct these lines. An editor that knows schemas/policy-tests.schema.json shows them as you type.',
  });
}
