import tseslint from 'typescript-eslint'

// Biome formats and does the fast rules; what needs types stays here.
export default tseslint.config(
  { ignores: ['**/node_modules/', '**/dist/', '**/prisma/generated/', '**/src/gen/', '.parley/', '.nx/', '**/*.{js,mjs,cjs}'] },
  {
    files: ['libs/**/*.ts', 'services/**/*.{ts,tsx}', 'deploy/**/*.ts', 'tests/**/*.ts'],
    languageOptions: {
      parser: tseslint.parser,
      parserOptions: { project: ['./tsconfig.json', './services/web/tsconfig.json'], tsconfigRootDir: import.meta.dirname },
    },
    plugins: { '@typescript-eslint': tseslint.plugin },
    rules: {
      // tap collects the promises of its subtests itself.
      '@typescript-eslint/no-floating-promises': [
        'error',
        {
          allowForKnownSafePromises: [{ from: 'package', name: 'PromiseWithSubtest', package: '@tapjs/core' }],
          allowForKnownSafeCalls: [
            { from: 'package', name: ['teardown', 'before', 'after', 'beforeEach', 'afterEach'], package: '@tapjs/core' },
          ],
        },
      ],
      '@typescript-eslint/no-misused-promises': ['error', { checksVoidReturn: { attributes: false, arguments: false } }],
      '@typescript-eslint/await-thenable': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
    },
  },
)
