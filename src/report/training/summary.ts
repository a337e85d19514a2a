import type { Curve, CurvePoint, TrainingRecord } from '../../documents/training.js';
import { formatInterval, isShare } from '../text/describe-number.js';
import {
  chooseDigits,
  type Digits,
  formatCount,
  formatDuration,
  formatNumber,
  plural,
} from '../text/numbers.js';

// What the training page says, before it is laid out. Names are here as they came; the page neutralizes them.

/** "2,000 of 5,000 steps in 3 min, with pictures of 32×32 in color, of 10 classes." */
export function describeProgress({ steps, seconds, form }: TrainingRecord): string {
  const whole =
    steps.done === steps.planned
      ? `${plural(steps.done, 'step')}`
      : `${formatCount(steps.done)} of ${plural(steps.planned, 'step')}`;
  const classes =
    form.classNames.length === 0 ? '' : `, of ${plural(form.classNames.length, 'class', 'classes')}`;
  return `${whole} in ${formatDuration(seconds)}, with pictures of ${form.size}×${form.size} in ${form.channels === 1 ? 'gray' : 'color'}${classes}.`;
}

/** The interval of a point; undefined where it has none. */
export function intervalOf({ low, high }: CurvePoint): { low: number; high: number } | undefined {
  return low === undefined || high === undefined ? undefined : { low, high };
}

/** Digits for a point and its interval alike. */
export function digitsOfPoint(point: CurvePoint, unit: Curve['unit']): Digits {
  const interval = intervalOf(point);
  return chooseDigits(point.value, interval && (interval.high - interval.low) / 2, isShare(unit));
}

/** The value, with its interval where it has one: "4.99 [4.94, 5.05]". */
export function describePoint(point: CurvePoint, unit: Curve['unit']): string {
  const digits = digitsOfPoint(point, unit);
  const interval = intervalOf(point);
  const text = `${formatNumber(point.value, digits)}${digits.suffix}`;
  return interval ? `${text} ${formatInterval(interval, digits)}` : text;
}
