// The boundaries that the architecture tests hold the code to.
module.exports = {
  forbidden: [
    {
      name: 'domain-stands-alone',
      comment: 'The domain knows no HTTP, no Node.js and no package.',
      severity: 'error',
      from: { path: '^src/domain/' },
      to: { pathNot: '^src/domain/' },
    },
    {
      name: 'server-knows-no-page',
      comment: 'The server takes pages as folders, never as code.',
      severity: 'error',
      from: { path: '^src/' },
      to: { path: '^web/' },
    },
    {
      name: 'page-knows-no-server',
      comment: 'Pages speak to the server through its API alone.',
      severity: 'error',
      from: { path: '^web/' },
      to: { path: '^src/' },
    },
    {
      name: 'pages-know-not-each-other',
      comment: 'What pages share is in web/lib.',
      severity: 'error',
      from: { path: '^web/(shop|stock|lib)/' },
      to: { path: '^web/', pathNot: '^web/(lib|$1)/' },
    },
    {
      name: 'no-cycle',
      comment: 'Modules that need each other are one module.',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'no-undeclared-package',
      comment: 'What runs in production is a dependency of the package.',
      severity: 'error',
      from: { path: '^(src|web)/' },
      to: { dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown', 'unknown'] },
    },
    {
      name: 'no-missing-module',
      comment: 'Every import can be found.',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
  ],
  options: { doNotFollow: { path: 'node_modules' } },
};
