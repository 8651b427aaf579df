import js from '@eslint/js';

const node = { Buffer: 'readonly', URL: 'readonly', console: 'readonly',
  crypto: 'readonly', fetch: 'readonly', process: 'readonly' };
const browser = { crypto: 'readonly', document: 'readonly',
  fetch: 'readonly' };

export default [
  { ignores: ['dist/'] },
  js.configs.recommended,
  { rules: { eqeqeq: 'error', 'no-var': 'error', 'prefer-const': 'error' } },
  { files: ['**/*.cjs'], languageOptions: { globals: { module: 'writable' } } },
  { files: ['**/*.js'], ignores: ['web/**'], languageOptions: { globals: node } },
  { files: ['web/**'], languageOptions: { globals: browser } },
];
