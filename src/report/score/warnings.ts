import type { EvaluationResult } from '../../documents/result.js';
import { SIZE_WARNING_END } from '../../documents/size-warning.js';

/** Warnings of one kind, under a heading. */
export interface WarningGroup {
  readonly heading: string;
  readonly sentences: string[];
}

const SETS = 'Pictures, labels and networks';

/** The warnings for a person: what the verdict says already is not said again. */
export function listShownWarnings({ verdict, warnings }: EvaluationResult): readonly string[] {
  const saysSizes = verdict?.findings.some(({ kind }) => kind === 'size-mismatch') ?? false;
  return saysSizes ? warnings.filter((warning) => !warning.endsWith(SIZE_WARNING_END)) : warnings;
}

/** Warnings in groups: first what concerns the pictures, and so every number; then metric by metric, in their order. */
export function groupWarnings(result: EvaluationResult): WarningGroup[] {
  const { metrics } = result;
  // The longest first, since one title may begin another.
  const titles = [...new Set(metrics.map(({ title }) => title))].sort((a, b) => b.length - a.length);
  const groups = new Map<string, string[]>(
    [SETS, ...metrics.map(({ title }) => title)].map((name) => [name, []]),
  );
  for (const warning of listShownWarnings(result)) {
    const title = titles.find(
      (each) => /^(?:: | of )/.test(warning.slice(each.length)) && warning.startsWith(each),
    );
    groups.get(title ?? SETS)?.push(title === undefined ? warning : shorten(warning, title));
  }
  return [...groups].flatMap(([heading, sentences]) =>
    sentences.length > 0 ? [{ heading, sentences }] : [],
  );
}

/** Without the title, which stands in the heading: "MS-SSIM of the reference: 3 of …" becomes "Of the reference: 3 of …". */
function shorten(warning: string, title: string): string {
  const rest = warning.slice(title.length).replace(/^: /, '').trimStart();
  return rest.charAt(0).toUpperCase() + rest.slice(1);
}
