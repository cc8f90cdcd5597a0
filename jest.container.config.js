/** What runs in containers. Apart from `npm test`, because it needs root, podman and a built image. */
import config from './jest.config.js';

export default {
  ...config,
  testMatch: ['<rootDir>/test/container/*.container.ts'],
  testTimeout: 120_000,
  maxWorkers: 1,
};
