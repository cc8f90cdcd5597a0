import { expect, it } from '@jest/globals';
import { judgePath } from '../../src/deploy/secrets.ts';

it.each([
  {
    judgement: 'secret',
    paths: [
      '.npmrc',
      'a/.netrc',
      '.env.local',
      '.env.test.local',
      'x/id_rsa',
      '.git-credentials',
      'a/.git/config',
      '.aws/credentials',
      '.docker/config.json',
      '.Env.Local',
    ],
  },
  {
    judgement: 'secret',
    paths: ['.bitbucket/pipelines/generated/pipeline/pipes/x', '.bitbucket/pipelines/generated/node_modules/x'],
  },
  { judgement: 'suspect', paths: ['.env', '.env.production', 'a/server.pem', 'a/b.KEY', 'keystore.jks', 'x.p12'] },
  {
    judgement: 'plain',
    paths: [
      'env',
      'a.env.js',
      'node_modules/x/.npmrc',
      'p/.pnpm/x@1/key.pem',
      'lib/site-packages/certifi/cacert.pem',
      '.gitignore',
      'git/config',
      'monkey.ts',
    ],
  },
] as const)('$judgement: $paths', ({ judgement, paths }) => {
  for (const path of paths) expect({ path, judgement: judgePath(path) }).toEqual({ path, judgement });
});
