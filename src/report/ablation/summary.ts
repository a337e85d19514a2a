import type {
  AblatedSet,
  Ablation,
  AblationCurve,
  AblationPoint,
  AblationStep,
} from '../../documents/ablation.js';
import { ARROWS, describeNumber, isShare } from '../text/describe-number.js';
import { formatCount, formatP, formatPercent, formatSigned } from '../text/numbers.js';

// What the ablation's reports for people say, before each lays it out. Names are here as they came.

export type ComputedCurve = Extract<AblationCurve, { status: 'ok' }>;

/** A set with the short name that tables use for it: samples, samples 2, reference. */
export interface NamedSet {
  readonly label: string;
  readonly set: AblatedSet;
}

export function nameSets({ sets }: Ablation): NamedSet[] {
  const several = sets.filter(({ subject }) => subject === 'samples').length > 1;
  return sets.map((set, index) => ({
    label: set.subject === 'samples' && several ? `samples ${index + 1}` : set.subject,
    set,
  }));
}

/** The networks behind the curves, each with the metrics that it made and the side of its input. */
export function listNetworks({ sets }: Ablation) {
  const networks = new Map<string, { name: string; sha256: string; inputSize: number; metrics: string[] }>();
  for (const curve of sets.flatMap(({ curves }) => curves)) {
    if (curve.status !== 'ok') continue;
    const { name, sha256 } = curve.extractor;
    const network = networks.get(sha256) ?? { name, sha256, inputSize: curve.inputSize, metrics: [] };
    if (!network.metrics.includes(curve.title)) network.metrics.push(curve.title);
    networks.set(sha256, network);
  }
  return [...networks.values()];
}

export const pixels = (side: number) => `${side}×${side}`;

/** One metric of all sets: a row per resolution, two cells per set (the number, and what it loses against full size). */
export interface CurveTable {
  readonly title: string;
  /** Sentences about the numbers. */
  readonly notes: string[];
  readonly labels: string[];
  /** Whether any set has losses. */
  readonly hasLosses: boolean;
  readonly rows: readonly {
    readonly resolution: number;
    /** False where no set has an informative value. */
    readonly informative: boolean;
    readonly cells: readonly CurveCell[];
  }[];
}

export interface CurveCell {
  /** "62.45 ± 0.41 %"; empty where the set has no such resolution. */
  readonly value: string;
  /** Length of a bar, in [0, 1], on one scale for the table. */
  readonly share: number;
  /** "−28.9 %". */
  readonly loss: string;
}

export interface NamedCurve {
  readonly label: string;
  readonly curve: ComputedCurve;
}

/** The metrics that at least one set has, each with its curves and their table. */
export function tabulateCurves(
  ablation: Ablation,
): { readonly curves: readonly NamedCurve[]; readonly table: CurveTable }[] {
  const named = nameSets(ablation);
  const ids = [...new Set(ablation.sets.flatMap(({ curves }) => curves.map(({ id }) => id)))];
  return ids.flatMap((id) => {
    const curves = named.flatMap(({ label, set }) => {
      const curve = set.curves.find((each) => each.id === id);
      return curve?.status === 'ok' ? [{ label, curve }] : [];
    });
    return curves.length === 0 ? [] : [{ curves, table: tabulateCurve(curves) }];
  });
}

function tabulateCurve(curves: readonly NamedCurve[]): CurveTable {
  const [{ curve: first }] = curves;
  const points = curves.flatMap(({ curve }) => curve.points);
  const resolutions = [...new Set(points.map(({ resolution }) => resolution))].sort((a, b) => a - b);
  const scale = isShare(first.unit) ? 1 : Math.max(...points.map(({ value }) => value)) || 1;
  const notes = curves.flatMap(({ label, curve }) =>
    curve.note === undefined ? [] : [curves.length > 1 ? `${label}: ${curve.note}` : curve.note],
  );
  return {
    title: `${first.title} ${ARROWS[first.direction]}`,
    notes,
    labels: curves.map(({ label }) => label),
    hasLosses: points.some(({ loss }) => loss),
    rows: resolutions.map((resolution) => {
      const found = curves.map(({ curve }) => curve.points.find((point) => point.resolution === resolution));
      return {
        resolution,
        informative: found.some((point) => point?.informative),
        cells: found.map((point) => describePoint(point, first.unit, scale)),
      };
    }),
  };
}

function describePoint(point: AblationPoint | undefined, unit: string, scale: number): CurveCell {
  if (!point) return { value: '', share: 0, loss: '' };
  const loss = point.loss ? `${signedPercent(-point.loss.value)} %` : '';
  return { value: describeNumber(point, unit).value, share: point.value / scale, loss };
}

/** "+20.2", "−3.0", "0.0": percent with a sign. */
export function signedPercent(share: number): string {
  return formatSigned(share, { decimals: 1, scale: 100, suffix: '' });
}

const VERDICTS: Readonly<Record<AblationStep['verdict'], string>> = {
  gain: 'better',
  loss: 'worse',
  'no-difference': 'no difference shown',
  'not-tested': 'not informative',
};

export const STEP_HEADINGS = [
  'step',
  'accuracy changes by',
  'pictures won, lost',
  'p (Holm)',
  'classes that gain',
  'verdict',
];

/** The cells of a step, under STEP_HEADINGS. */
export function describeStep(step: AblationStep): string[] {
  const { from, to, change, interval, gained, lost, adjustedP, classes, verdict } = step;
  const ends = `[${signedPercent(interval.low)}, ${signedPercent(interval.high)}]`;
  return [
    `${pixels(from)} to ${pixels(to)}`,
    `${signedPercent(change)} ${ends} points`,
    `${formatCount(gained)}, ${formatCount(lost)}`,
    adjustedP === null ? '' : formatP(adjustedP),
    `${formatPercent(classes.shareGaining)} of ${formatCount(classes.total)}`,
    VERDICTS[verdict],
  ];
}

export const STEPS_NOTE =
  'The same pictures at two resolutions: McNemar’s exact test on those whose answer changed, with Holm’s correction over the steps of a set.';

/** Class by class accuracy at each resolution, in percent. */
export interface ClassCurves {
  readonly resolutions: number[];
  readonly rows: { readonly name: string; readonly n: number; readonly cells: string[] }[];
}

/** A curve with one for each class beside it. */
export type CurveByClass = ComputedCurve & Required<Pick<ComputedCurve, 'perClass'>>;

/** The set's curve that was also computed class by class: that of class accuracy. */
export function curveByClass({ curves }: AblatedSet): CurveByClass | undefined {
  return curves.find(
    (curve): curve is CurveByClass => curve.status === 'ok' && (curve.perClass ?? []).length > 0,
  );
}

export function tabulateClassCurves({ points: wholePoints, perClass }: CurveByClass): ClassCurves {
  const resolutions = wholePoints.map(({ resolution }) => resolution);
  const rows = perClass.map(({ class: name, n, points }) => ({
    name,
    n,
    cells: resolutions.map((resolution) => {
      const point = points.find((each) => each.resolution === resolution);
      return point ? (point.value * 100).toFixed(1) : '–';
    }),
  }));
  return { resolutions, rows };
}

/** "Class accuracy of samples 2: no network knows …" for each curve that is not there. */
export function listMissing(ablation: Ablation): { what: string; reason: string }[] {
  return nameSets(ablation).flatMap(({ label, set }) =>
    set.curves.flatMap((curve) =>
      curve.status === 'ok' ? [] : [{ what: `${curve.title} of ${label}`, reason: curve.reason }],
    ),
  );
}
