import { bad, inWhen, replace, unsupported, type HostileFile } from './hostile.ts';
import { GOOD } from './policy.ts';

/** Good YAML, but no policy: as a whole, in its dates, issuers and keys, and in what it needs of the pipe. */
export const HOSTILE_FILES: readonly HostileFile[] = [
  bad('nothing', '', '1:1 policy: empty; wanted a map with version, exchanges and grants'),
  bad('comments alone', '# nothing\n', '1:1 policy: empty; wanted a map with version, exchanges and grants'),
  bad(
    'a text',
    'allow everything',
    '1:1 policy: got "allow everything"; wanted a map with version, exchanges and grants',
  ),
  bad('a list', '- version: 1', '1:1 policy: got [{"version":1}]; wanted a map with version, exchanges and grants'),
  bad(
    'an unknown field',
    `${GOOD}mode: audit\n`,
    '26:1 mode: unknown key; wanted version, minPipe, issued, expires, issuers, audience, keys, exchanges, signers, grants',
  ),
  bad(
    'an unknown field of a grant',
    replace('    exchange: direct\n    require', '    unless: x\n    exchange: direct\n    require'),
    '20:5 grants[0].unless: unknown key; wanted id, allow, when, exchange, signer, require',
  ),
  bad(
    'a field in other case',
    replace('allow:', 'Allow:'),
    '13:5 grants[0].allow: missing; wanted actions, projects and targets',
    '14:5 grants[0].Allow: unknown key; wanted id, allow, when, exchange, signer, require',
  ),
  bad(
    'a field with a look-alike letter',
    replace('allow:', '\u0430llow:'),
    '13:5 grants[0].allow: missing; wanted actions, projects and targets',
    '14:5 grants[0].\\u0430llow: unknown key; wanted id, allow, when, exchange, signer, require',
  ),
  bad(
    'a field of 100,000 letters',
    `${GOOD}? ${'x'.repeat(100_000)}\n: 1\n`,
    '26:3 xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx: unknown key; wanted version, minPipe, issued, expires, issuers, audience, keys, exchanges, signers, grants',
  ),
  bad(
    '__proto__ as a field',
    `${GOOD}__proto__: { grants: [] }\n`,
    '26:1 __proto__: unknown key; wanted version, minPipe, issued, expires, issuers, audience, keys, exchanges, signers, grants',
  ),
  bad(
    '__proto__ as a claim',
    inWhen("__proto__: 'x'"),
    '19:7 grants[0].when.__proto__: got "__proto__"; wanted the name of a claim',
  ),
  bad(
    '__proto__ as a chain',
    replace('  token:', '  __proto__:'),
    '10:3 exchanges.__proto__: got "__proto__"; wanted a name of small letters, digits and -',
  ),
  bad(
    'constructor as an exchange',
    replace('exchange: direct', 'exchange: constructor'),
    '20:5 grants[0].exchange: no chain is named "constructor"; wanted one under exchanges: "direct", "token"',
  ),
  bad(
    'a day that does not exist',
    replace('2026-11-30', '2026-02-29'),
    '4:1 expires: "2026-02-29" is no day; wanted a day of the calendar',
  ),
  bad(
    'a month that does not exist',
    replace('2026-11-30', '2026-13-01'),
    '4:1 expires: "2026-13-01" is no day; wanted a day of the calendar',
  ),
  bad('day 0', replace('2026-11-01', '2026-11-00'), '3:1 issued: "2026-11-00" is no day; wanted a day of the calendar'),
  bad(
    'a date with a time',
    replace('2026-11-30', '2026-11-30T00:00:00Z'),
    '4:1 expires: got "2026-11-30T00:00:00Z"; wanted a date as YYYY-MM-DD',
  ),
  bad(
    'a date of full-width digits',
    replace('2026-11-30', '\uff12026-11-30'),
    '4:1 expires: got "\\uff12026-11-30"; wanted a date as YYYY-MM-DD',
  ),
  bad(
    'expiry before issue',
    replace('2026-11-30', '2026-10-31'),
    '4:1 expires: "2026-10-31" is before issued; wanted "2026-11-01" or later',
  ),
  bad(
    'an issuer without TLS',
    replace("['https", "['http"),
    '5:11 issuers[0]: got "http://api.bitbucket.org/2.0/workspaces/acme/pipelines-config/identity/oidc"; wanted an https address (http on a loopback address only) without trailing slash, query or fragment',
  ),
  bad(
    'an issuer by a pattern',
    replace('/acme/', '/*/').replace("issuers: ['https://api.bitbucket.org", "issuers: ['https://*.bitbucket.org"),
    '5:11 issuers[0]: got "https://*.bitbucket.org/2.0/workspaces/*/pipelines-config/identity/oidc"; wanted an https address (http on a loopback address only) without trailing slash, query or fragment',
  ),
  bad(
    'an issuer on a look-alike host',
    replace('api.bitbucket.org', 'api.b\u0456tbucket.org'),
    '5:11 issuers[0]: got "https://api.b\\u0456tbucket.org/2.0/workspaces/acme/pipelines-config/identity/oi…; wanted an https address (http on a loopback address only) without trailing slash, query or fragment',
  ),
  bad(
    'an issuer with another host behind @',
    replace('api.bitbucket.org', 'api.bitbucket.org@mallory.example'),
    '5:11 issuers[0]: got "https://api.bitbucket.org@mallory.example/2.0/workspaces/acme/pipelines-config/…; wanted an https address (http on a loopback address only) without trailing slash, query or fragment',
  ),
  bad(
    'pinned keys without their digest',
    replace('exchanges:', 'keys: { file: issuer-keys.json }\nexchanges:'),
    '7:1 keys.sha256: missing; wanted 64 hex digits',
  ),
  bad(
    'pinned keys from elsewhere',
    replace('exchanges:', `keys: { file: ../../etc/keys.json, sha256: ${'0a'.repeat(32)} }\nexchanges:`),
    '7:9 keys.file: got "../../etc/keys.json"; wanted a path below the folder of this file',
  ),
  bad(
    'pinned keys by an absolute path',
    replace('exchanges:', `keys: { file: /proc/self/environ, sha256: ${'0a'.repeat(32)} }\nexchanges:`),
    '7:9 keys.file: got "/proc/self/environ"; wanted a path below the folder of this file',
  ),
  bad(
    'a digest that is too short',
    replace('exchanges:', 'keys: { file: keys.json, sha256: 0a0a }\nexchanges:'),
    '7:26 keys.sha256: got "0a0a"; wanted 64 hex digits',
  ),
  bad(
    'a requirement that nothing it allows is held to',
    replace('noStatic: true', 'recordedOnly: true').replace('deploy, promote, rollback', 'deploy'),
    '21:39 grants[0].require.recordedOnly: the grant allows neither promote nor rollback, and only these are held to it; wanted no such line, or another grant',
  ),
  unsupported(
    'a file for a newer pipe',
    replace('minPipe: 1.0.0', 'minPipe: 1.0.1\nmode: audit'),
    '2:1 minPipe: 1.0.1; wanted 1.0.0 or older',
    '3:1 mode: unknown key; wanted vercel-oidc-deploy 1.0.1 or newer',
  ),
];
