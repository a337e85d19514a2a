import type { ComputedMetric, EvaluationResult, MetricEntry } from '../../documents/result.js';
import { ARROWS, isShare } from '../text/describe-number.js';
import { chooseDigits, formatNumber } from '../text/numbers.js';

// What the reports for people say, before each lays it out. Names are here as they came; each report neutralizes them.

export function isComputed(entry: MetricEntry): entry is ComputedMetric {
  return entry.status === 'ok';
}

/** Metrics that the samples have: what the reference alone has is of no use without them. */
export function ofSamplesToo(entries: readonly ComputedMetric[]): ComputedMetric[] {
  const ids = new Set(entries.filter(({ subject }) => subject === 'samples').map(({ id }) => id));
  return entries.filter(({ id }) => ids.has(id));
}

/** "Inception Score", "Class accuracy of the reference". */
export function nameOf({ title, subject }: MetricEntry): string {
  return subject === 'reference' ? `${title} of the reference` : title;
}

/** "Inception Score ↑", "Class accuracy of the reference ↑". */
export function titleOf(entry: MetricEntry): string {
  return `${nameOf(entry)} ${ARROWS[entry.direction]}`;
}

/** Metrics without a value, each with its reason as a sentence. */
export function listNotComputed({ metrics }: EvaluationResult): { name: string; reason: string }[] {
  return metrics.flatMap((entry) =>
    entry.status === 'not-computed' ? [{ name: nameOf(entry), reason: entry.reason }] : [],
  );
}

/** A network with the titles of the metrics that it made. */
export interface NetworkUse {
  readonly name: string;
  readonly sha256: string;
  readonly metrics: string[];
}

/** The networks behind the numbers. */
export function listNetworks(result: EvaluationResult): NetworkUse[] {
  const networks = new Map<string, NetworkUse>();
  for (const entry of result.metrics) {
    if (!isComputed(entry) || !entry.extractor) continue;
    const { name, sha256 } = entry.extractor;
    const network = networks.get(sha256) ?? { name, sha256, metrics: [] };
    if (!network.metrics.includes(entry.title)) network.metrics.push(entry.title);
    networks.set(sha256, network);
  }
  return [...networks.values()];
}

/** Entries with per-class values, as columns of one table; each class is one row. */
export interface ClassTable {
  readonly headings: string[];
  readonly rows: { readonly name: string; readonly n: number; readonly cells: string[] }[];
}

type MetricByClass = ComputedMetric & Required<Pick<ComputedMetric, 'perClass'>>;

/** Class by class: accuracy at each resolution and in full, MS-SSIM, whatever else the samples' metrics have per class. */
export function tabulateClasses(result: EvaluationResult): ClassTable | undefined {
  const entries = result.metrics
    .filter(isComputed)
    .filter((entry): entry is MetricByClass => entry.subject === 'samples' && entry.perClass !== undefined);
  if (entries.length === 0) return undefined;
  const names = (result.samples.classes ?? []).map(({ name }) => name);
  const columns = entries.flatMap((entry) => withoutRepeat(columnsOf(entry)));
  const counts = new Map(
    entries.flatMap(({ perClass }) => perClass.map((one) => [one.class, one.n] as const)).reverse(),
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

/** The full size is often among the resolutions; then its column would be there twice. */
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

function columnsOf(entry: MetricByClass): ClassColumn[] {
  const { perClass: classes } = entry;
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
function typicalError({ perClass }: MetricByClass): number | undefined {
  const errors = perClass.flatMap(({ se }) => (se !== undefined && se > 0 ? [se] : []));
  return errors.toSorted((a, b) => a - b)[Math.floor(errors.length / 2)];
}
