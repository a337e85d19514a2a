import type { GateVerdict } from '../../documents/verdict.js';
import { neutralize } from '../text/neutralize.js';
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
  const all = rows.map((row) => errorCommand(nameOfRow(row), [row.reason, row.remedy].join(' ').trim()));
  if (all.length <= MAX_ANNOTATIONS) return all;
  const left = errorCommand('ganeval gate', headlineOf(verdict));
  return [...all.slice(0, MAX_ANNOTATIONS - 1), left];
}

function errorCommand(title: string, message: string): string {
  return `::error title=${escapeProperty(title)}::${escapeData(message)}`;
}

/** As GitHub's own toolkit escapes them; control characters are made visible first. */
function escapeData(text: string): string {
  return neutralize(text).replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

function escapeProperty(text: string): string {
  return escapeData(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}

/**
 * Breaks everything in a text that GitHub's runner would take for a command: `::` at the start of a line, and `##[`
 * anywhere.
 */
export function disarm(text: string): string {
  return text.replace(/^(\s*):(?=:)/gm, '$1: ').replaceAll('##[', '## [');
}
