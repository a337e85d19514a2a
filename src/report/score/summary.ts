import type { ComputedMetric, EvaluationResult, ImageSet, MetricEntry } from '../../documents/result.js';
import {
  chooseDigits,
  type Digits,
  formatCount,
  formatDuration,
  formatNumber,
  formatValue,
} from '../text/numbers.js';

// What the reports for people say, before each lays it out. Names stand here as they are; a report neutralizes them.

export const ARROWS = { higher: '↑', lower: '↓' } as const;

export function isComputed(entry: MetricEntry): entry is ComputedMetric {
  return entry.status === 'ok';
}

/** "Inception Score ↑", "Class accuracy of the reference ↑". */
export function titleOf(entry: MetricEntry): string {
  const whose = entry.subject === 'reference' ? ' of the reference' : '';
  return `${entry.title}${whose} ${ARROWS[entry.direction]}`;
}

type Uncertain = Pick<ComputedMetric, 'value' | 'se' | 'interval'>;

/** Digits for a value, its interval and its std alike, from the standard error or half the interval. */
export function digitsOf({ value, se, interval }: Uncertain, unit: string): Digits {
  const half = interval && (interval.high - interval.low) / 2;
  return chooseDigits(value, se || half, isShare(unit));
}

/** A share of 1 is read more easily in per cent. */
export function isShare(unit: string): boolean {
  return unit === 'fraction';
}

/** The texts of a headline number: value ± standard error, interval, std. Empty where there is none. */
export function describeNumber(number: Uncertain & { std?: number }, unit: string) {
  const digits = digitsOf(number, unit);
  const { interval, std } = number;
  return {
    value: formatValue(number.value, number.se, digits),
    interval: interval
      ? `[${formatNumber(interval.low, digits)}, ${formatNumber(interval.high, digits)}]${digits.suffix}`
      : '',
    std: std === undefined ? '' : `${formatNumber(std, digits)}${digits.suffix}`,
  };
}

/** "95 % interval", from the first interval there is. */
export function intervalHeading({ settings: { level } }: { settings: { level: number } }): string {
  return `${Number((level * 100).toPrecision(6))} % interval`;
}

/** "10,000 pictures of 10 classes, 32×32". */
export function describeSet(set: ImageSet): string {
  const parts = [
    set.count === null ? 'statistics of an unknown number of pictures' : plural(set.count, 'picture'),
    ...(set.classes === null ? [] : [`of ${plural(set.classes.length, 'class', 'classes')}`]),
  ];
  const skipped = set.skipped.length === 0 ? '' : `, ${plural(set.skipped.length, 'bad picture')} left out`;
  return `${parts.join(' ')}${describeSizes(set)}${skipped}`;
}

function describeSizes({ sizes }: ImageSet): string {
  if (sizes === null) return '';
  const [smallest, largest] = [sizes.smallest, sizes.largest].map((side) => side.join('×'));
  return smallest === largest ? `, ${smallest}` : `, ${smallest} to ${largest}`;
}

export function plural(count: number, one: string, many = `${one}s`): string {
  return `${formatCount(count)} ${count === 1 ? one : many}`;
}

/** The networks behind the numbers, each with the metrics that it made: "name (9b9f547ff040…): is, accuracy". */
export function describeNetworks(
  result: EvaluationResult,
): { name: string; sha256: string; metrics: string[] }[] {
  const networks = new Map<string, { name: string; sha256: string; metrics: string[] }>();
  for (const entry of result.metrics) {
    if (!isComputed(entry) || !entry.extractor) continue;
    const { name, sha256 } = entry.extractor;
    const network = networks.get(sha256) ?? { name, sha256, metrics: [] };
    if (!network.metrics.includes(entry.title)) network.metrics.push(entry.title);
    networks.set(sha256, network);
  }
  return [...networks.values()];
}

/** "12 s on cpu, 2 threads; 9,000 pictures computed, 1,000 from the cache". */
export function describeRun({ run }: Pick<EvaluationResult, 'run'>): string {
  const where = run.device === null ? '' : ` on ${run.device}`;
  const threads = run.threads === null ? '' : `, ${plural(run.threads, 'thread')}`;
  const rows = `${plural(run.picturesExtracted, 'picture')} computed, ${formatCount(run.picturesFromCache)} from the cache`;
  return `${formatDuration(run.durationMs / 1000)}${where}${threads}; ${rows}`;
}

/** Entries with per-class values, as columns of one table; each class is one row. */
export interface ClassTable {
  readonly headings: string[];
  readonly rows: { readonly name: string; readonly n: number; readonly cells: string[] }[];
}

/** Class by class: accuracy at each resolution and in full, MS-SSIM, whatever else the samples' metrics have per class. */
export function tabulateClasses(result: EvaluationResult): ClassTable | undefined {
  const entries = result.metrics
    .filter(isComputed)
    .filter((entry) => entry.subject === 'samples' && entry.perClass);
  if (entries.length === 0) return undefined;
  const names = (result.samples.classes ?? []).map(({ name }) => name);
  const columns = entries.flatMap((entry) => withoutRepeat(columnsOf(entry)));
  const counts = new Map(
    entries.flatMap((entry) => entry.perClass!.map((one) => [one.class, one.n] as const)).reverse(),
  );
  const sizes = new Map((result.samples.classes ?? []).map(({ name, count }) => [name, count]));
  return {
    headings: columns.map(({ heading }) => heading),
    rows: names.map((name) => ({
      name,
      n: sizes.get(name) ?? counts.get(name) ?? 0,
      cells: columns.map(({ cells }) => cells.get(name) ?? '–'),
    })),
  };
}

/** The full size is often among the resolutions: its column would stand there twice. */
function withoutRepeat(columns: readonly ClassColumn[]): readonly ClassColumn[] {
  const [before, full] = columns.slice(-2);
  const isRepeat =
    full !== undefined && [...full.cells].every(([name, cell]) => before.cells.get(name) === cell);
  return isRepeat ? columns.slice(0, -1) : columns;
}

interface ClassColumn {
  readonly heading: string;
  readonly cells: Map<string, string>;
}

function columnsOf(entry: ComputedMetric): ClassColumn[] {
  const classes = entry.perClass!;
  const resolutions = [
    ...new Set(classes.flatMap((one) => (one.perResolution ?? []).map((at) => at.resolution))),
  ];
  const digits = chooseDigits(entry.value, typicalError(entry), isShare(entry.unit));
  const write = (value: number | null | undefined) =>
    value === null || value === undefined ? '–' : formatNumber(value, digits);
  const unit = digits.suffix === '' ? '' : ` (${digits.suffix.trim()})`;
  return [
    ...resolutions
      .toSorted((a, b) => a - b)
      .map((resolution) => ({
        heading: `${entry.id} at ${resolution}${unit}`,
        cells: new Map(
          classes.map((one) => [
            one.class,
            write(one.perResolution?.find((at) => at.resolution === resolution)?.value),
          ]),
        ),
      })),
    { heading: `${entry.id}${unit}`, cells: new Map(classes.map((one) => [one.class, write(one.value)])) },
  ];
}

/** The median of the classes' standard errors: all cells of a column get the same digits. */
function typicalError(entry: ComputedMetric): number | undefined {
  const errors = entry
    .perClass!.map((one) => one.se)
    .filter((se): se is number => se !== undefined && se > 0);
  return errors.toSorted((a, b) => a - b)[Math.floor(errors.length / 2)];
}
