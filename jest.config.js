export default {
  testEnvironment: 'node',
  testMatch: ['<rootDir>/test/**/*.test.ts'],
  extensionsToTreatAsEsm: ['.ts'],
  transform: { '\\.ts$': '<rootDir>/test/strip-types.cjs' },
  modulePathIgnorePatterns: [
    '<rootDir>/dist/',
    '<rootDir>/build/demo',
    '<rootDir>/build/image',
    '<rootDir>/test/fixtures/',
  ],
};
