import type { WatchLine, WatchMetric } from '../../documents/watch.js';

/** Which number of a line: a metric, on the first network or a named one, of all samples or of a class. */
export interface NumberName {
  readonly id: string;
  readonly network?: string;
  readonly class?: string;
}

/**
 * What real pictures have of a number: as it was measured on them, or else as theory says.
 *
 * @returns undefined where neither is known
 */
export function realValue(
  line: Pick<WatchLine, 'metrics' | 'reference'>,
  name: NumberName,
): number | undefined {
  const measured = findMetric(line.reference ?? [], name);
  if (name.class !== undefined) {
    return measured?.perClass?.find((one) => one.class === name.class)?.value ?? undefined;
  }
  return measured?.value ?? findMetric(line.metrics, name)?.ofReal?.value;
}

/** The entry of a metric on a network. */
export function findMetric(
  metrics: readonly WatchMetric[],
  { id, network }: Pick<NumberName, 'id' | 'network'>,
): WatchMetric | undefined {
  return metrics.find((entry) => entry.id === id && entry.network === network);
}
