import tseslint from 'typescript-eslint'

// Biome formats and does the fast rules; what needs types stays here.
export default tseslint.config(
  { ignores: ['**/node_modules/', '**/dist/', '**/prisma/generated/', '**/src/gen/', '.parley/', '.nx/', '**/*.{js,mjs,cjs}'] },
  {
    files: ['libs/**/*.ts', 'services/**/*.{ts,tsx}', 'deploy/**/*.ts', 'tests/**/*.ts'],
    languageOptions: { parser: tseslint.parser, parserOptions: { projectService: true } },
    plugins: { '@typescript-eslint': tseslint.plugin },
    rules: {
      // node:test's and tap's promises are collected by the runner.
      '@typescript-eslint/no-floating-promises': ['error', { allowForKnownSafeCalls: [{ from: 'package', name: ['test', 'it', 'describe'], package: 'node:test' }] }],
      '@typescript-eslint/no-misused-promises': ['error', { checksVoidReturn: { attributes: false, arguments: false } }],
      '@typescript-eslint/await-thenable': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
    },
  },
)
