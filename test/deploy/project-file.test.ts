import { describe, expect, it } from '@jest/globals';
import { readProjectFile, writeProjectFile } from '../../src/deploy/project-file.ts';
import { NEVER, refused, reply } from './support/fake-api.ts';

const NAMES = { projectId: 'prj_web', teamId: 'team_acme', name: 'web' };
const PROJECT = {
  nodeVersion: '24.x',
  framework: null,
  buildCommand: 'npm run build',
  createdAt: 1_795_623_834_820,
  env: [{ key: 'A', value: 'canary' }],
  protectionBypass: { canary: {} },
};
/** As the Vercel CLI 64.0.2 wrote it for the same project. */
const WRITTEN = `{
  "projectId": "prj_web",
  "orgId": "team_acme",
  "projectName": "web",
  "settings": {
    "createdAt": 1795623834820,
    "framework": null,
    "buildCommand": "npm run build",
    "nodeVersion": "24.x"
  }
}
`;

describe('project.json', () => {
  it('is as the Vercel CLI writes it, and holds nothing else of the project', () => {
    expect(writeProjectFile(PROJECT, NAMES)).toBe(WRITTEN);
  });

  it('leaves out what is no setting', () => {
    const odd = { ...PROJECT, framework: { a: 1 }, createdAt: [] };
    expect(JSON.parse(writeProjectFile(odd, NAMES))).toMatchObject({ settings: { buildCommand: 'npm run build' } });
    expect(writeProjectFile(odd, NAMES)).not.toMatch(/framework|createdAt/);
  });

  it.each([
    { analytics: { id: 'a1' }, expected: 'a1' },
    { analytics: { id: 'a1', disabledAt: 2, enabledAt: 3 }, expected: 'a1' },
    { analytics: { id: 'a1', disabledAt: 2, enabledAt: 1 }, expected: undefined },
    { analytics: { id: 'a1', disabledAt: 2 }, expected: undefined },
    { analytics: {}, expected: undefined },
  ])('names the analytics that are on: $analytics', ({ analytics, expected }) => {
    const { settings } = JSON.parse(writeProjectFile({ analytics }, NAMES)) as { settings: { analyticsId?: string } };
    expect(settings.analyticsId).toBe(expected);
  });

  it('is read from the project, or said to be refused', async () => {
    const good = { readProject: () => Promise.resolve(reply(200, PROJECT)) };
    expect(await readProjectFile(good, NAMES, NEVER)).toBe(WRITTEN);
    const bad = { readProject: () => Promise.resolve(refused(403, 'forbidden')) };
    await expect(readProjectFile(bad, NAMES, NEVER)).rejects.toMatchObject({
      code: 'DENIED_BY_VERCEL',
      message: 'Vercel did not show the project.',
    });
  });
});
