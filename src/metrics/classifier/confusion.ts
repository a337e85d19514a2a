import type { ConfusedPair, Confusion } from '../metric-value.js';

/** More classes make a table that nobody reads, and a document that grows with their square. */
const MAX_CLASSES = 100;
const MAX_PAIRS = 20;

/** What a classifier said of a set of pictures. */
export interface Answers {
  /** Column of the largest logit of every picture, −1 for none. */
  readonly predicted: Int32Array;
  /** Class index of every picture. */
  readonly labels: Int32Array;
  /** Column of each class. */
  readonly classColumns: Int32Array;
  readonly classNames: readonly string[];
  /** Names of the network's columns. */
  readonly columnNames?: readonly string[];
}

/** Counts what each class was taken for. Pictures without an answer are in no count. */
export function countConfusion(answers: Answers): Confusion {
  const { predicted, labels, classColumns, classNames, columnNames } = answers;
  const numClasses = classNames.length;
  const classOf = new Map(Array.from(classColumns, (column, label) => [column, label]));
  const counts =
    numClasses > MAX_CLASSES ? undefined : classNames.map(() => new Array<number>(numClasses + 1).fill(0));
  const mistakes = new Map<string, { label: number; column: number; count: number }>();
  predicted.forEach((column, i) => {
    if (column === -1) return;
    const label = labels[i];
    if (counts) counts[label][classOf.get(column) ?? numClasses]++;
    if (column === classColumns[label]) return;
    const key = `${label} ${column}`;
    const mistake = mistakes.get(key) ?? { label, column, count: 0 };
    mistake.count++;
    mistakes.set(key, mistake);
  });
  const sizes = classNames.map(() => 0);
  for (const label of labels) sizes[label]++;
  const largest = [...mistakes.values()]
    .sort((a, b) => b.count - a.count || a.label - b.label || a.column - b.column)
    .slice(0, MAX_PAIRS)
    .map(({ label, column, count }) => {
      const taken = classOf.get(column);
      return {
        class: classNames[label],
        takenFor:
          taken === undefined
            ? (columnNames?.[column] ?? `the network's class ${column}`)
            : classNames[taken],
        count,
        n: sizes[label],
      };
    });
  return { ...(counts && { counts }), largest };
}

/** The mistake that is made most often, such as "cat taken for dog (93 of 1000)". */
export function describeLargest({ largest }: Confusion): Record<string, string> {
  const [pair] = largest as readonly (ConfusedPair | undefined)[];
  if (!pair) return {};
  return { largestConfusion: `${pair.class} taken for ${pair.takenFor} (${pair.count} of ${pair.n})` };
}
