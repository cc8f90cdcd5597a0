export default {
  testEnvironment: 'node',
  testMatch: ['<rootDir>/test/**/*.test.ts'],
  extensionsToTreatAsEsm: ['.ts'],
  // Only so that a hung test ends: how long a thing takes is for the benches, and machines are busy. Half a minute was
  // too little for git and openssl where other programs have the processors.
  testTimeout: 120_000,
  // Jest leaves a core alone, which on a machine with two means no worker at all.
  maxWorkers: '100%',
  transform: { '\\.ts$': '<rootDir>/test/strip-types.cjs' },
  modulePathIgnorePatterns: [
    '<rootDir>/dist/',
    '<rootDir>/build/demo',
    '<rootDir>/build/image',
    '<rootDir>/test/fixtures/',
  ],
};
