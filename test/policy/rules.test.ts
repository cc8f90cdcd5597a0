import { describe, expect, it } from '@jest/globals';
import { GOOD, faultsOf } from './support/policy.ts';

const replace = (from: string | RegExp, to: string): string => GOOD.replace(from, to);

describe('a policy that breaks a rule', () => {
  it.each([
    {
      name: 'a day that is none',
      text: replace('2026-11-30', '2026-11-31'),
      fault: '4:1 expires: "2026-11-31" is no day; wanted a day of the calendar',
    },
    {
      name: 'expiry before issue',
      text: replace('2026-11-30', '2026-10-31'),
      fault: '4:1 expires: "2026-10-31" is before issued; wanted "2026-11-01" or later',
    },
    {
      name: 'production without environment',
      text: replace(/ +deploymentEnvironmentUuid: .*\n/, ''),
      fault:
        '15:5 grants[0].when.deploymentEnvironmentUuid: missing, and the grant allows promote, rollback, production; wanted the deployment environment',
    },
    {
      name: 'promote without environment',
      text: replace('actions: [deploy],', 'actions: [promote],'),
      fault: '24:5 grants[1].when.deploymentEnvironmentUuid: missing, and the grant allows promote; wanted',
    },
    {
      name: 'production in any environment',
      text: replace(/deploymentEnvironmentUuid: .*/, "deploymentEnvironment: '*'"),
      fault: '18:7 grants[0].when.deploymentEnvironment: * is any environment',
    },
    {
      name: 'an id twice',
      text: replace('id: web-preview', 'id: web-production'),
      fault: '22:5 grants[1].id: "web-production" names another grant too; wanted an id of its own',
    },
    {
      name: 'an exchange that is not there',
      text: replace(/exchange: direct\n$/, 'exchange: vercel\n'),
      fault: '25:5 grants[1].exchange: no chain is named "vercel"; wanted one under exchanges: "direct", "token"',
    },
  ])('is refused: $name', ({ text, fault }) => {
    expect(faultsOf(text)).toEqual([expect.stringContaining(fault)]);
  });
});

it('tells all faults at once, from top to bottom, what is not supported among them', () => {
  const text = replace('version: 1', 'version: 2')
    .replace('2026-11-30', '2026-02-30')
    .replace('noStatic: true', 'timestamp: true, signed: true')
    .replace('id: web-preview', 'id: web-production');
  expect(faultsOf(text)).toEqual([
    '1:1 version: got 2; wanted 1',
    '4:1 expires: "2026-02-30" is no day; wanted a day of the calendar',
    expect.stringContaining('21:39 grants[0].require.timestamp: this requirement is not yet supported'),
    expect.stringContaining('21:56 grants[0].require.signed: unknown key'),
    expect.stringContaining('22:5 grants[1].id: "web-production" names another grant too'),
  ]);
});
