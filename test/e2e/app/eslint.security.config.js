// The security scan: what runs code, builds markup or stalls the server.
import noUnsanitized from 'eslint-plugin-no-unsanitized';
import security from 'eslint-plugin-security';
import { severities } from './tools/severities.js';

export default [
  {
    plugins: { 'no-unsanitized': noUnsanitized, security },
    rules: Object.fromEntries(
      Object.keys(severities).map((rule) => [rule, 'error']),
    ),
  },
];
