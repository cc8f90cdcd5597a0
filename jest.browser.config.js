/** What runs in a browser. Apart from `npm test`, because it needs Chromium. */
import config from './jest.config.js';

export default { ...config, testMatch: ['<rootDir>/test/browser/*.browser.ts'], testTimeout: 120_000, maxWorkers: 1 };
