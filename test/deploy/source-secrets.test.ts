import { writeFileSync } from 'node:fs';
import { afterAll, describe, expect, it } from '@jest/globals';
import { isPublicPem, judgeSource } from '../../src/deploy/source-secrets.ts';
import { nodeFiles } from '../../src/platform/files.ts';
import { makeSource } from './support/source-tree.ts';

describe('judgeSource', () => {
  it.each([
    { kind: 'secret', paths: ['.env', '.envrc', '.env/', '.env/bin/python', 'a/.env.local', 'a/.Env.Production'] },
    { kind: 'secret', paths: ['.npmrc', 'a/.NPMRC', '.netrc', 'a/id_rsa', 'a/.ssh/', 'a/.ssh/config', 'a/AuthKey.p8'] },
    { kind: 'secret', paths: ['node_modules/a/.env', 'node_modules/a/.npmrc', '.bitbucket/pipelines/generated/'] },
    { kind: 'key', paths: ['a.pem', 'a/Server.KEY', 'a.p12', 'a.jks'] },
    { kind: 'record', paths: ['records/', 'records/index.html', 'a/x.sigstore.json', 'X.SIGSTORE.JSON'] },
    { kind: 'record', paths: ['a/20261124T060053Z-web-production-1.manifest.json'] },
    { kind: undefined, paths: ['.env.example', 'a/.env.sample', '.env.local.template', 'env.ts', 'a.env', 'src/'] },
    {
      kind: undefined,
      paths: ['app.manifest.json', 'sigstore.json', 'records', 'records2/a', '.bitbucket/', 'a.pem/'],
    },
    { kind: undefined, paths: ['node_modules/tls/test/a.pem', '.yarnrc.yml', 'keys/readme.md'] },
  ])('judges $paths as $kind', ({ kind, paths }) => {
    expect(paths.map((path) => judgeSource(path, 'records'))).toEqual(paths.map(() => kind));
  });

  it('knows no record folder where none is inside', () => {
    expect(judgeSource('records/index.html', undefined)).toBeUndefined();
  });
});

describe('isPublicPem', () => {
  const source = makeSource({
    'certificate.pem': 'subject=ca\n-----BEGIN CERTIFICATE-----\nAAAA\n',
    'trusted.pem': '-----BEGIN TRUSTED CERTIFICATE-----',
    'public.key': '-----BEGIN PUBLIC KEY-----',
    'private.pem': '-----BEGIN RSA PRIVATE KEY-----',
    'both.pem': '-----BEGIN CERTIFICATE-----\n-----BEGIN ENCRYPTED PRIVATE KEY-----',
    'license.key': 'AAAA-BBBB',
    'folder.pem/a': '-----BEGIN CERTIFICATE-----',
    'current.pem': { link: 'certificate.pem' },
    'current.key': { link: 'private.pem' },
    'out.pem': { link: '/etc/ssl/certs/ca.pem' },
  });
  afterAll(() => source.remove());

  it.each([
    { path: 'certificate.pem', expected: true },
    { path: 'trusted.pem', expected: true },
    { path: 'public.key', expected: true },
    { path: 'current.pem', expected: true },
    { path: 'private.pem', expected: false },
    { path: 'both.pem', expected: false },
    { path: 'license.key', expected: false },
    { path: 'folder.pem', expected: false },
    { path: 'current.key', expected: false },
    { path: 'out.pem', expected: false },
    { path: 'missing.pem', expected: false },
  ])('$path: $expected', async ({ path, expected }) => {
    expect(await isPublicPem(nodeFiles, source.root, path)).toBe(expected);
  });

  it('does not read what is too large for one', async () => {
    writeFileSync(`${source.root}/large.pem`, `-----BEGIN CERTIFICATE-----${'\n'.repeat(1024 * 1024)}`);
    expect(await isPublicPem(nodeFiles, source.root, 'large.pem')).toBe(false);
  });
});
