// SARIF as Microsoft's formatter writes it, each rule with its severity.
import sarif from '@microsoft/eslint-formatter-sarif';
import { severities } from './severities.js';

export default function format(results, context) {
  const log = JSON.parse(sarif(results, context));
  for (const rule of log.runs[0].tool.driver.rules) {
    rule.properties = {
      ...rule.properties,
      'security-severity': severities[rule.id].toFixed(1),
    };
  }
  return JSON.stringify(log, null, 2);
}
