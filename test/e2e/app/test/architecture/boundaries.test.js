import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { test } from 'node:test';
import { cruise } from 'dependency-cruiser';

const rules = createRequire(import.meta.url)('../../.dependency-cruiser.cjs');
const { output } = await cruise(['src', 'web'],
  { ...rules.options, ruleSet: { forbidden: rules.forbidden }, validate: true });
const violations = output.summary.violations;

test('every module of the source was read', () => {
  const read = output.modules.map(({ source }) => source);
  for (const source of ['src/main.js', 'src/domain/money.js', 'web/shop/main.js']) {
    assert.ok(read.includes(source), `${source} was not read`);
  }
});

for (const { name, comment } of rules.forbidden) {
  test(`${name}: ${comment}`, () => {
    const broken = violations
      .filter(({ rule }) => rule.name === name)
      .map(({ from, to }) => `${from} -> ${to}`);
    assert.deepEqual(broken, []);
  });
}
