// ESLint has no security severities, so the scan's are stated here: on the
// scale of CVSS, 9.0 and over is critical, 7.0 high, 4.0 medium.
export const severities = {
  'no-unsanitized/method': 8.2,
  'no-unsanitized/property': 8.2,
  'security/detect-bidi-characters': 7.5,
  'security/detect-buffer-noassert': 5.3,
  'security/detect-child-process': 9.8,
  'security/detect-eval-with-expression': 9.8,
  'security/detect-new-buffer': 5.3,
  'security/detect-non-literal-regexp': 5.9,
  'security/detect-non-literal-require': 8.1,
  'security/detect-pseudoRandomBytes': 5.3,
  'security/detect-unsafe-regex': 7.5,
};
