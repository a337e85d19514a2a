import type { MetricEntry } from '../../documents/result.js';

/** What a metric warned of, for one of the sets. */
export interface MetricWarning {
  readonly title: string;
  readonly subject: MetricEntry['subject'];
  readonly text: string;
  /** Whether metrics that say the same are named together. */
  readonly isShared?: boolean;
}

/**
 * Warnings as sentences that name their metric. What a metric says of both sets in the same words is one: where only numbers
 * differ, that of the reference stands after that of the samples, "18 (reference: 20) pictures".
 */
export function mergeWarnings(given: readonly MetricWarning[]): string[] {
  const warnings = joinShared(given);
  const left = new Set(warnings);
  return warnings.flatMap((warning) => {
    if (!left.delete(warning)) return [];
    const { title, subject, text } = warning;
    if (subject === 'reference') return [`${title} of the reference: ${text}`];
    for (const other of left) {
      if (other.subject !== 'reference' || other.title !== title) continue;
      const merged = merge(text, other.text);
      if (merged === undefined) continue;
      left.delete(other);
      return [merged === text ? `${title} of samples and reference: ${text}` : `${title}: ${merged}`];
    }
    return [`${title}: ${text}`];
  });
}

/** One warning of all metrics of a set that say the same and may share it, in the place of the first. */
function joinShared(warnings: readonly MetricWarning[]): MetricWarning[] {
  const isSame = (one: MetricWarning, other: MetricWarning) =>
    other.isShared === true && one.subject === other.subject && one.text === other.text;
  return warnings.flatMap((warning, index) => {
    if (!warning.isShared) return [warning];
    if (warnings.findIndex((other) => isSame(warning, other)) < index) return [];
    const title = warnings.flatMap((other) => (isSame(warning, other) ? [other.title] : [])).join(', ');
    return [{ ...warning, title }];
  });
}

/** The text with the other's numbers; undefined where they differ in words. */
function merge(text: string, other: string): string | undefined {
  const [words, others] = [text.split(' '), other.split(' ')];
  const pattern = (word: string) => word.replaceAll(/\d+/g, '0');
  if (words.length !== others.length || words.some((word, i) => pattern(word) !== pattern(others[i])))
    return undefined;
  return words.map((word, i) => (word === others[i] ? word : `${word} (reference: ${others[i]})`)).join(' ');
}
