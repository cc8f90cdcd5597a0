import tseslint from 'typescript-eslint';

/** Globals that reach outside. They leave no trace in the bundle's metafile, so the architecture test cannot see them. */
const OUTSIDE = ['process', 'fetch', 'crypto', 'console', 'performance'];
const TIMERS = ['setTimeout', 'setInterval', 'setImmediate', 'queueMicrotask'];
const outsideGlobals = [...OUTSIDE, ...TIMERS].map((name) => ({
  name,
  message: 'Only main.ts, app.ts and platform/ touch the outside; take it from Platform.',
}));
const outsideProperties = [
  { object: 'Math', property: 'random', message: 'Take it from Platform.random.' },
  { object: 'Date', property: 'now', message: 'Take it from Platform.clock.' },
];
const outsideSyntax = [
  {
    selector: "NewExpression[callee.name='Date'][arguments.length=0]",
    message: 'It reads the clock; take the time from Platform.clock.',
  },
];

export default tseslint.config(
  { ignores: ['build/', 'dist/', 'coverage/', 'test/fixtures/'] },
  ...tseslint.configs.strictTypeChecked,
  {
    languageOptions: {
      parserOptions: {
        projectService: { allowDefaultProject: ['*.js', 'test/*.cjs', 'tools/*.js'] },
        tsconfigRootDir: import.meta.dirname,
      },
    },
    rules: {
      '@typescript-eslint/explicit-module-boundary-types': 'error',
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
      'no-restricted-exports': ['error', { restrictDefaultExports: { direct: true } }],
      'max-lines': ['error', { max: 200, skipBlankLines: false, skipComments: false }],
      'max-lines-per-function': ['error', { max: 50 }],
      'no-console': 'error',
      eqeqeq: 'error',
    },
  },
  {
    files: ['src/**/*.ts'],
    ignores: ['src/main.ts', 'src/app.ts', 'src/platform/**', 'src/sandbox/**'],
    rules: {
      'no-restricted-globals': ['error', ...outsideGlobals],
      'no-restricted-properties': ['error', ...outsideProperties],
      'no-restricted-syntax': ['error', ...outsideSyntax],
    },
  },
  {
    // It runs in a browser, which has a clock of its own.
    files: ['src/audit/page/client/**/*.ts'],
    rules: {
      'no-restricted-globals': ['error', ...outsideGlobals.filter(({ name }) => !TIMERS.includes(name))],
    },
  },
  {
    files: ['test/**/*.ts'],
    rules: {
      'max-lines-per-function': 'off',
      // Tests read replies and records loosely on purpose; a wrong shape fails the expectation.
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
    },
  },
  {
    files: ['tools/**/*.ts'],
    rules: { 'no-console': 'off' },
  },
  {
    files: ['*.js', 'test/*.cjs', 'tools/*.js'],
    ...tseslint.configs.disableTypeChecked,
    rules: {
      ...tseslint.configs.disableTypeChecked.rules,
      'no-restricted-exports': 'off',
      '@typescript-eslint/no-require-imports': 'off',
      '@typescript-eslint/explicit-module-boundary-types': 'off',
    },
  },
);
