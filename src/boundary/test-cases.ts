import { validatePolicyTests } from '../../build/validators.js';
import { asList, asMap, findDayFaults, findFaults, readDocument, type Fault } from '../documents/index.ts';
import { PipeError } from '../errors.ts';
import { show } from '../text.ts';
import type { PolicyTests } from './test-types.ts';

/**
 * Parses a file of policy tests: strict YAML, schema (`schemas/policy-tests.schema.json`), rules.
 * @throws {PipeError} `POLICY_INVALID` with every fault at once, each `line:column path: what; wanted …`.
 */
export function parsePolicyTests(bytes: Uint8Array): PolicyTests {
  const file = readDocument(bytes, 'policy tests', invalidTests);
  const faults = [...findFaults(validatePolicyTests, file.value), ...findRuleFaults(file.value)];
  if (faults.length > 0) throw invalidTests(file.describe(faults));
  return file.value as PolicyTests;
}

/** Written for any value, not only for a valid one, so that these faults are told together with those of the schema. */
function findRuleFaults(file: unknown): readonly Fault[] {
  const { date, tokens, tests } = asMap(file);
  const names = asList(tests).map((test) => asMap(test)['name']);
  const known = Object.keys(asMap(tokens));
  const ofTests = asList(tests).flatMap((test, index) => {
    const path = ['tests', String(index)];
    const { name, token, request, expect } = asMap(test);
    const faults = [
      ...findDayFaults([...path, 'request', 'date'], asMap(request)['date']),
      ...findExpectFaults([...path, 'expect'], asMap(expect)),
    ];
    if (name !== undefined && names.indexOf(name) !== index) {
      faults.push({ path: [...path, 'name'], what: 'another test has this name too', wanted: 'a name of its own' });
    }
    if (typeof token === 'string' && !known.includes(token)) {
      const wanted = `one under tokens: ${known.slice(0, 20).map(show).join(', ') || 'none yet'}`;
      faults.push({ path: [...path, 'token'], what: `no token is named ${show(token)}`, wanted });
    }
    return faults;
  });
  return [...findDayFaults(['date'], date), ...ofTests];
}

/** A test that wants both, or only words, would pass or fail for a reason that its author did not mean. */
function findExpectFaults(path: readonly string[], expect: object): Fault[] {
  const wanted = '{ grant: ID }, or { deny: true } with or without a reason';
  if ('grant' in expect && 'deny' in expect) return [{ path, what: 'a grant and a denial', wanted }];
  if ('reason' in expect && !('deny' in expect)) return [{ path, what: 'a reason without deny', wanted }];
  return [];
}

function invalidTests(lines: readonly string[]): PipeError {
  return new PipeError({
    code: 'POLICY_INVALID',
    message: 'The file of policy tests has faults.',
    faults: lines,
    fix: 'Correct these lines. An editor that knows schemas/policy-tests.schema.json shows them as you type.',
  });
}
