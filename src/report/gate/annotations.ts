import type { GateVerdict } from '../../documents/verdict.js';
import { errorAnnotation } from '../../escape/annotation.js';
import { headlineOf, nameOfRow, sortRows } from './summary.js';

/** GitHub shows no more annotations of one kind from one step. */
const MAX_ANNOTATIONS = 10;

/**
 * Workflow commands for GitHub Actions: an error for each rule that did not pass, one a line. A verdict that passed
 * gives none.
 */
export function toAnnotations(verdict: GateVerdict): string[] {
  const { failed, notComparable } = sortRows(verdict);
  const rows = [...failed, ...notComparable];
  const all = rows.map((row) => errorAnnotation(nameOfRow(row), [row.reason, row.remedy].join(' ').trim()));
  if (all.length <= MAX_ANNOTATIONS) return all;
  const left = errorAnnotation('ganeval gate', headlineOf(verdict));
  return [...all.slice(0, MAX_ANNOTATIONS - 1), left];
}
