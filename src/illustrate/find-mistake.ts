import type { PreparedSet } from '../evaluate/prepare-set.js';

/** The class with the largest logit, if it is another than the picture's own. */
export async function findMistake({ plan, subject }: PreparedSet, row: number): Promise<string | undefined> {
  const { labels, classLogits, classColumns, classRange, classNames } = subject;
  if (!labels || !classLogits || !classColumns) return undefined;
  const [first, last] = classRange ?? [0, classLogits.width - 1];
  const logits = await classLogits.read(row, row + 1);
  let largest = first;
  for (let column = first + 1; column <= last; column++)
    if (logits[column] > logits[largest]) largest = column;
  if (largest === classColumns[labels[row]]) return undefined;
  return (
    classNames?.[classColumns.indexOf(largest)] ?? plan.classifier?.classes?.[largest] ?? `class ${largest}`
  );
}
