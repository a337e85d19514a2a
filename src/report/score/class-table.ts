import type { ComputedMetric, EvaluationResult } from '../../documents/result.js';
import { isShare } from '../text/describe-number.js';
import { chooseDigits, type Digits, formatNumber } from '../text/numbers.js';
import { isComputed, isSameMetric, keyOf } from './summary.js';

/** Entries with per-class values, as columns of one table; each class is one row. */
export interface ClassTable {
  readonly headings: string[];
  readonly rows: {
    readonly name: string;
    readonly n: number;
    readonly cells: string[];
    /** Whether some of the cells bear `WORSE`. */
    readonly isWorse: boolean;
  }[];
  /** Whether some cells bear `WORSE`. */
  readonly hasWorse: boolean;
}

/** After a value that is worse than that of the class's real pictures. */
const WORSE = '✗';

/** What the mark means, as a sentence. */
export const WORSE_MEANS = `${WORSE}: worse than the real pictures of the class, by more than chance explains.`;

type MetricByClass = ComputedMetric & Required<Pick<ComputedMetric, 'perClass'>>;

/**
 * Class by class: accuracy at each resolution and in full, MS-SSIM, whatever else the samples' metrics have per class. Beside the
 * values of a metric stand those of the reference, both with their errors, where it has them.
 */
export function tabulateClasses(result: EvaluationResult): ClassTable | undefined {
  const entries = result.metrics.filter(isComputed).filter(hasClasses);
  const ofSamples = entries.filter(({ subject }) => subject === 'samples');
  if (ofSamples.length === 0) return undefined;
  const worse = result.verdict?.worseClasses ?? [];
  const names = (result.samples.classes ?? []).map(({ name }) => name);
  const columns = ofSamples.flatMap((entry) => {
    const real = entries.find((one) => one.subject === 'reference' && isSameMetric(one, entry));
    const isWorse = new Set(
      worse
        .filter(({ metric, network }) => metric === entry.id && network === entry.network)
        .map((one) => one.class),
    );
    return real ? columnsBeside(entry, real, isWorse) : withoutRepeat(columnsOf(entry));
  });
  const counts = new Map(
    ofSamples.flatMap(({ perClass }) => perClass.map((one) => [one.class, one.n] as const)).reverse(),
  );
  const sizes = new Map((result.samples.classes ?? []).map(({ name, count }) => [name, count]));
  return {
    headings: columns.map(({ heading }) => heading),
    rows: names.map((name) => ({
      name,
      n: sizes.get(name) ?? counts.get(name) ?? 0,
      cells: columns.map(({ cells }) => cells.get(name) ?? '–'),
      isWorse: worse.some((one) => one.class === name),
    })),
    hasWorse: worse.length > 0,
  };
}

const hasClasses = (entry: ComputedMetric): entry is MetricByClass => entry.perClass !== undefined;

/** The full size is often among the resolutions; then its column would be there twice. */
function withoutRepeat(columns: readonly ClassColumn[]): readonly ClassColumn[] {
  return isRepeat(columns) ? columns.slice(0, -1) : columns;
}

function isRepeat(columns: readonly ClassColumn[]): boolean {
  const [before, full] = columns.slice(-2);
  return full !== undefined && [...full.cells].every(([name, cell]) => before.cells.get(name) === cell);
}

interface ClassColumn {
  readonly heading: string;
  readonly cells: Map<string, string>;
}

/** The values with their errors, and those of real pictures after them. */
function columnsBeside(
  entry: MetricByClass,
  real: MetricByClass,
  isWorse: ReadonlySet<string>,
): ClassColumn[] {
  const digits = digitsOf(entry);
  const bare = columnsOf(entry);
  const reduced = isRepeat(bare) ? bare.slice(0, -2) : bare.slice(0, -1);
  const column = (heading: string, { perClass }: MetricByClass, marked?: ReadonlySet<string>) => ({
    heading: `${heading}${unitOf(digits)}`,
    cells: new Map(
      perClass.map((one) => {
        const mark = marked?.has(one.class) ? ` ${WORSE}` : '';
        return [one.class, `${write(one.value, digits)}${error(one, digits)}${mark}`];
      }),
    ),
  });
  return [...reduced, column(keyOf(entry), entry, isWorse), column(`real ${keyOf(entry)}`, real)];
}

const error = ({ value, se }: { readonly value: number | null; readonly se?: number }, digits: Digits) =>
  value === null || se === undefined ? '' : ` ± ${formatNumber(se, digits)}`;

function columnsOf(entry: MetricByClass): ClassColumn[] {
  const { perClass: classes } = entry;
  const resolutions = [
    ...new Set(classes.flatMap((one) => (one.perResolution ?? []).map((at) => at.resolution))),
  ];
  const digits = digitsOf(entry);
  const unit = unitOf(digits);
  return [
    ...resolutions
      .toSorted((a, b) => a - b)
      .map((resolution) => ({
        heading: `${keyOf(entry)} at ${resolution}${unit}`,
        cells: new Map(
          classes.map((one) => [
            one.class,
            write(one.perResolution?.find((at) => at.resolution === resolution)?.value, digits),
          ]),
        ),
      })),
    {
      heading: `${keyOf(entry)}${unit}`,
      cells: new Map(classes.map((one) => [one.class, write(one.value, digits)])),
    },
  ];
}

const digitsOf = (entry: MetricByClass) =>
  chooseDigits(entry.value, typicalError(entry), isShare(entry.unit));

const unitOf = ({ suffix }: Digits) => (suffix === '' ? '' : ` (${suffix.trim()})`);

const write = (value: number | null | undefined, digits: Digits) =>
  value === null || value === undefined ? '–' : formatNumber(value, digits);

/** The median of the classes' standard errors: all cells of a column get the same digits. */
function typicalError({ perClass }: MetricByClass): number | undefined {
  const errors = perClass.flatMap(({ se }) => (se !== undefined && se > 0 ? [se] : []));
  return errors.toSorted((a, b) => a - b)[Math.floor(errors.length / 2)];
}
