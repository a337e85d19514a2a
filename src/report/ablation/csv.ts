import type {
  AblatedSet,
  Ablation,
  AblationCurve,
  AblationPoint,
  AblationStep,
} from '../../documents/ablation.js';
import { type CsvRow, csvText, NUMBER_COLUMNS, numberCells } from '../text/csv-text.js';

const COLUMNS = [
  'set',
  'subject',
  'source',
  'metric',
  'class',
  'from',
  'resolution',
  ...NUMBER_COLUMNS,
  'n',
  'p',
  'adjusted_p',
  'verdict',
  'gained',
  'lost',
  'informative',
  'unit',
  'status',
  'reason',
] as const;

type Row = CsvRow<(typeof COLUMNS)[number]>;

/**
 * One row per number: a metric at a resolution, of a class at a resolution, what accuracy loses at a resolution
 * (`accuracy-loss`, `classes-better-at-full`), and what changes from one resolution to the next (`accuracy-change`,
 * `classes-gaining`, with the column `from`). `set` counts the sets from 1. Cells that don't apply are empty.
 */
export function toAblationCsv(ablation: Ablation): Promise<string> {
  const rows = ablation.sets.flatMap((set, index): Row[] => {
    const { subject, images } = set;
    return rowsOfSet(set).map((row) => ({ set: index + 1, subject, source: images.source, ...row }));
  });
  return csvText(COLUMNS, rows);
}

function rowsOfSet({ curves, steps }: AblatedSet): Row[] {
  return [...curves.flatMap(rowsOfCurve), ...steps.flatMap(rowsOfStep)];
}

function rowsOfCurve(curve: AblationCurve): Row[] {
  const { id: metric, unit, status } = curve;
  if (curve.status === 'not-computed') return [{ metric, unit, status, reason: curve.reason }];
  const { n, points, perClass = [] } = curve;
  return [
    ...points.flatMap((point) => rowsOfPoint(metric, unit, n, point)),
    ...perClass.flatMap((one) =>
      one.points.map((point) => ({
        metric,
        unit,
        status,
        class: one.class,
        n: one.n,
        resolution: point.resolution,
        ...numberCells(point),
      })),
    ),
  ];
}

function rowsOfPoint(metric: string, unit: string, n: number, point: AblationPoint): Row[] {
  const shared = { n, unit, status: 'ok', informative: point.informative, resolution: point.resolution };
  const { loss, classesBetterAtFull } = point;
  return [
    { ...shared, metric, ...numberCells(point) },
    ...(loss ? [{ ...shared, metric: `${metric}-loss`, ...numberCells(loss) }] : []),
    ...(classesBetterAtFull === undefined
      ? []
      : [{ ...shared, n: undefined, metric: 'classes-better-at-full', value: classesBetterAtFull }]),
  ];
}

function rowsOfStep(step: AblationStep): Row[] {
  const { from, to: resolution, informative, n, gained, lost, p, adjustedP, verdict, classes } = step;
  const shared = { from, resolution, informative, unit: 'fraction', status: 'ok' };
  const change = numberCells({ value: step.change, interval: step.interval });
  const gaining = numberCells({ value: classes.shareGaining, interval: classes.interval });
  return [
    { ...shared, metric: 'accuracy-change', ...change, n, p, adjusted_p: adjustedP, verdict, gained, lost },
    { ...shared, metric: 'classes-gaining', ...gaining, n: classes.total },
  ];
}
