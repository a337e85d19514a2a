import { NumpyRandom } from '../../math/random/numpy-random.js';
import { type Bounds, computeWilsonInterval } from '../../math/statistics/intervals.js';
import type { MetricInput } from '../metric.js';
import type { ClassValue, MetricOutcome, ResolutionValue } from '../metric-value.js';
import type { Rows } from '../rows.js';
import { binomialError, describeShare, NUM_SUBSETS } from './accuracy-error.js';
import { countConfusion, describeLargest } from './confusion.js';
import { predictColumns } from './predict-columns.js';

/** Class accuracy at full size and at each resolution; `accuracy.ts` says by which formula. */
export async function computeAccuracy(input: MetricInput<'labels' | 'classLogits'>): Promise<MetricOutcome> {
  const { samples, settings, signal, onProgress } = input;
  const { labels, classLogits, classColumns, classRange, resolutionLogits = [] } = samples;
  if (labels.length === 0) return { reason: 'Class accuracy needs at least one picture.' };
  const classNames = samples.classNames ?? Array.from(classColumns, (_, label) => String(label));
  const numPasses = 1 + resolutionLogits.length;
  const predict = (logits: Rows, pass: number) =>
    predictColumns(logits, classRange ?? [0, logits.width - 1], {
      signal,
      onProgress: (fraction) => onProgress?.((pass + fraction) / numPasses),
    });
  const isRight = (columns: Int32Array) =>
    Uint8Array.from(columns, (column, i) => (column === classColumns[labels[i]] ? 1 : 0));

  const predicted = await predict(classLogits, 0);
  const ordered = await samples.orderRows?.(classLogits);
  const order = new NumpyRandom(settings.seed).permutation(labels.length).map((row) => ordered?.[row] ?? row);
  const describe = (right: Uint8Array) => describeShare(right, order, settings.level);
  const atFull = isRight(predicted);
  const classesAtFull = countByClass(atFull, labels, classNames.length);
  const passes: ResolutionPass[] = [];
  for (const [i, { resolution, informative, logits }] of resolutionLogits.entries()) {
    const right = isRight(await predict(logits, i + 1));
    const classes = countByClass(right, labels, classNames.length);
    passes.push({ resolution, informative, classes, ...describe(right) });
  }
  passes.sort((a, b) => a.resolution - b.resolution);
  const confusion = countConfusion({
    predicted,
    labels,
    classColumns,
    classNames,
    columnNames: samples.columnNames,
  });
  return {
    ...describe(atFull),
    uncertainty: `binomial se, Wilson interval; std over ${NUM_SUBSETS} subsets`,
    n: labels.length,
    perClass: listClasses(classNames, classesAtFull, passes, settings.level),
    perResolution: passes.map(({ classes, ...values }) => ({
      ...values,
      classesBetterAtFull: computeShareBetter(classesAtFull, classes),
    })),
    confusion,
    details: describeLargest(confusion),
  };
}

interface ResolutionPass extends Omit<ResolutionValue, 'classesBetterAtFull'> {
  readonly classes: readonly ClassCount[];
}

interface ClassCount {
  readonly hits: number;
  readonly n: number;
}

function countByClass(right: Uint8Array, labels: Int32Array, numClasses: number): ClassCount[] {
  const counts = Array.from({ length: numClasses }, () => ({ hits: 0, n: 0 }));
  right.forEach((one, i) => {
    const count = counts[labels[i]];
    count.hits += one;
    count.n++;
  });
  return counts;
}

function listClasses(
  classNames: readonly string[],
  atFull: readonly ClassCount[],
  passes: readonly ResolutionPass[],
  level: number,
): ClassValue[] {
  return classNames.map((name, label) => {
    const { hits, n } = atFull[label];
    if (n === 0) return { class: name, value: null, reason: 'no pictures', n };
    const interval: Bounds = computeWilsonInterval(hits, n, level);
    return {
      class: name,
      value: hits / n,
      se: binomialError(hits / n, n),
      interval: { level, ...interval },
      n,
      perResolution: passes.map(({ resolution, classes }) => ({
        resolution,
        value: classes[label].hits / classes[label].n,
      })),
    };
  });
}

/** Share of the classes with pictures that have more hits at full size than at a resolution. */
function computeShareBetter(atFull: readonly ClassCount[], atResolution: readonly ClassCount[]): number {
  const better = atFull.filter(({ hits }, label) => hits > atResolution[label].hits).length;
  return better / atFull.filter(({ n }) => n > 0).length;
}
