import junit, { type Builder } from 'junit-report-builder';
import type { GateRow, GateVerdict } from '../../documents/verdict.js';
import { xmlText } from '../../escape/markup-text.js';
import { describeDifference, describeRow, headlineOf } from './summary.js';

/**
 * The verdict as JUnit XML: a test case for each rule, a failure for each that failed and an error for each that
 * could not be compared.
 */
export function toGateJUnit(verdict: GateVerdict): string {
  // Its types put the builder one `default` too deep.
  const builder = (junit as unknown as Builder).newBuilder();
  const suite = builder.testSuite().name('ganeval gate');
  suite.property('verdict', xmlText(headlineOf(verdict)));
  suite.property('samples', xmlText(verdict.now.source));
  suite.property('baseline', xmlText(verdict.baseline.source));
  suite.property('alpha', String(verdict.alpha));
  for (const row of verdict.rows) {
    const { name, baseline, now, change, asked } = describeRow(row);
    const test = suite
      .testCase()
      .className(`ganeval.gate.${xmlText(row.metric)}`)
      .name(xmlText(`${name} (${row.kind})`));
    const values = [
      ['baseline', baseline],
      ['now', now],
      ['change', change],
      ['test or bound', asked],
    ].filter(([, value]) => value !== '');
    test.standardOutput(xmlText(values.map(([what, value]) => `${what}: ${value}`).join('; ')));
    if (row.status === 'fail') test.failure(xmlText(row.reason), row.kind);
    if (row.status === 'not-comparable') test.error(xmlText(row.reason), row.status, xmlText(explain(row)));
  }
  return `${builder.build().trimEnd()}\n`;
}

function explain({ differences, remedy }: GateRow): string {
  return [...differences.map(describeDifference), ...(remedy ? [remedy] : [])].join('; ');
}
