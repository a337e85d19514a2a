import junit, { type Builder } from 'junit-report-builder';
import type { GateRow, GateVerdict } from '../../documents/verdict.js';
import { neutralize } from '../text/neutralize.js';
import { describeDifference, describeRow, headlineOf } from './summary.js';

/** XML 1.0 has no way to write these two, and `neutralize` leaves them. */
const NOT_IN_XML = /[\ufffe\uffff]/g;

/**
 * The verdict as JUnit XML: a test case for each rule, a failure for each that failed and an error for each that
 * could not be compared.
 */
export function toGateJUnit(verdict: GateVerdict): string {
  // Its types put the builder one `default` too deep.
  const builder = (junit as unknown as Builder).newBuilder();
  const suite = builder.testSuite().name('ganeval gate');
  suite.property('verdict', inXml(headlineOf(verdict)));
  suite.property('samples', inXml(verdict.now.source));
  suite.property('baseline', inXml(verdict.baseline.source));
  suite.property('alpha', String(verdict.alpha));
  for (const row of verdict.rows) {
    const { name, baseline, now, change, asked } = describeRow(row);
    const test = suite
      .testCase()
      .className(`ganeval.gate.${inXml(row.metric)}`)
      .name(inXml(`${name} (${row.kind})`));
    const values = [
      ['baseline', baseline],
      ['now', now],
      ['change', change],
      ['test or bound', asked],
    ].filter(([, value]) => value !== '');
    test.standardOutput(inXml(values.map(([what, value]) => `${what}: ${value}`).join('; ')));
    if (row.status === 'fail') test.failure(inXml(row.reason), row.kind);
    if (row.status === 'not-comparable') test.error(inXml(row.reason), row.status, inXml(explain(row)));
  }
  return `${builder.build().trimEnd()}\n`;
}

function explain({ differences, remedy }: GateRow): string {
  return [...differences.map(describeDifference), ...(remedy ? [remedy] : [])].join('; ');
}

function inXml(text: string): string {
  return neutralize(text).replace(NOT_IN_XML, '\ufffd');
}
