// Recounts the figures of the reports from their individual records, and
// fails where a variant is not what its name says.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const folder = process.argv[2];
const count = (text, pattern) => [...text.matchAll(pattern)].length;
const round = (number) => Number(number.toFixed(2));

function junit(text) {
  const cases = count(text, /<testcase\s/g);
  const failed = count(text, /<(failure|error)\b/g);
  const skipped = count(text, /<skipped\b/g);
  const ran = cases - skipped;
  return {
    'tests.total': cases,
    'tests.failed': failed,
    'tests.skipped': skipped,
    'tests.pass_rate': `${round(100 * (ran - failed) / ran)}%`,
  };
}

function covered(hits) {
  const met = hits.filter((hit) => hit > 0).length;
  return {
    'lines.valid': hits.length,
    'lines.covered': met,
    'coverage.lines': `${round(100 * met / hits.length)}%`,
  };
}

const hits = (text, pattern) =>
  [...text.matchAll(pattern)].map((match) => Number(match[1]));

function sarif(text) {
  const { runs: [{ tool, results, invocations }] } = JSON.parse(text);
  const severity = ({ ruleId }) => Number(tool.driver.rules
    .find(({ id }) => id === ruleId).properties['security-severity']);
  const critical = results.filter((result) => severity(result) >= 9).length;
  const high = results.filter((result) => severity(result) >= 7).length - critical;
  return {
    'findings.total': results.length,
    'findings.critical': critical,
    'findings.high': high,
    'findings.critical_high': critical + high,
    complete: (invocations ?? []).every(({ executionSuccessful }) => executionSuccessful),
  };
}

const formats = {
  junit,
  // Cobertura repeats a method's lines under <methods>.
  cobertura: (text) => covered(hits(
    text.replace(/<methods>.*?<\/methods>/gs, ''),
    /<line [^>]*hits="(\d+)"/g,
  )),
  lcov: (text) => covered(hits(text, /^DA:\d+,(\d+)/gm)),
  eslint(text) {
    const messages = JSON.parse(text).flatMap((file) => file.messages);
    return {
      'lint.files': JSON.parse(text).length,
      'lint.errors': messages.filter(({ severity }) => severity === 2).length,
      'lint.warnings': messages.filter(({ severity }) => severity === 1).length,
    };
  },
  sarif,
  cyclonedx: (text) => ({ components: JSON.parse(text).components.length }),
  autocannon(text) {
    const { latency, non2xx, errors, timeouts, '2xx': answered } = JSON.parse(text);
    return {
      'requests.ok': answered,
      'requests.failed': non2xx + errors + timeouts,
      'latency.p99': `${latency.p99} ms`,
    };
  },
  lighthouse: (text) => Object.fromEntries(
    Object.values(JSON.parse(text).categories)
      .map(({ id, score }) => [`lighthouse.${id}`, round(100 * score)]),
  ),
  'size-limit': (text) => ({
    'size.total': `${JSON.parse(text).reduce((sum, { size }) => sum + size, 0)} B`,
  }),
};

const rows = readFileSync(join(folder, 'manifest.tsv'), 'utf8').trim().split('\n').slice(1);
const seen = {};

console.log('variant\tgate\tfile\tfigure\tvalue');
for (const row of rows) {
  const [variant, gate, format, file, exitCode] = row.split('\t');
  const figures = formats[format](readFileSync(join(folder, file), 'utf8'));
  for (const [figure, value] of Object.entries(figures)) {
    console.log([variant, gate, file, figure, value].join('\t'));
    seen[`${file}:${figure}`] = parseFloat(value);
  }
  seen[`${file}:exit`] = Number(exitCode);
}

const at = (file, figure) => seen[`reports/${file}:${figure}`];
const promises = {
  'every tool succeeds on the good version':
    rows.every((row) => !row.startsWith('good\t') || row.endsWith('\t0')),
  'every test of the good version passes':
    ['unit', 'integration', 'e2e', 'architecture', 'build'].every((name) =>
      at(`good/${name}.xml`, 'tests.total') > 0
      && at(`good/${name}.xml`, 'tests.pass_rate') === 100),
  'the good version is covered': at('good/cobertura.xml', 'coverage.lines') >= 90
    && at('good/lcov.info', 'coverage.lines') >= 90,
  'the good version is lint-free': at('good/eslint.json', 'lint.errors') === 0,
  'nothing is found in the good version':
    at('good/security.sarif', 'findings.critical_high') === 0,
  'the good version is fast': at('good/autocannon.json', 'latency.p99') < 200
    && at('good/autocannon.json', 'requests.ok') > 0
    && at('good/autocannon.json', 'requests.failed') === 0,
  'the good page is good': at('good/lighthouse.json', 'lighthouse.performance') >= 90,
  'the good bundle is small': at('good/size-limit.json', 'size.total') < 500_000,
  'the untested version is green but not covered':
    at('untested/unit.xml', 'tests.failed') === 0
    && at('untested/cobertura.xml', 'coverage.lines') < 90
    && at('untested/lcov.info', 'coverage.lines') < 90,
  'the broken version fails': at('broken/unit.xml', 'tests.failed') > 0
    && at('broken/unit.xml', 'exit') !== 0,
  'the vulnerable version has findings':
    at('vulnerable/security.sarif', 'findings.critical') > 0
    && at('vulnerable/security.sarif', 'findings.high') > 0,
};

for (const [promise, kept] of Object.entries(promises)) {
  if (!kept) {
    console.error(`figures: not so: ${promise}`);
    process.exitCode = 1;
  }
}
