import { chooseDigits, type Digits, formatNumber, formatValue } from './numbers.js';

/** A value with what is known of its uncertainty, as every document holds it. */
export interface UncertainValue {
  readonly value: number;
  readonly std?: number;
  readonly se?: number;
  readonly interval?: { readonly low: number; readonly high: number };
}

/** After a metric's title: which way is better. */
export const ARROWS = { higher: '↑', lower: '↓' } as const;

/** Whether the unit is a share of 1, which is easier to read in percent. */
export function isShare(unit: string | undefined): boolean {
  return unit === 'fraction';
}

/** Digits for a value, its interval and its std alike, from the standard error or half the interval. */
export function digitsOf({ value, se, interval }: UncertainValue, unit: string): Digits {
  const half = interval && (interval.high - interval.low) / 2;
  return chooseDigits(value, se || half, isShare(unit));
}

/** The texts of a number: value ± standard error, interval, std. Empty where there is none. */
export function describeNumber(number: UncertainValue, unit: string) {
  const digits = digitsOf(number, unit);
  const { interval, std } = number;
  return {
    value: formatValue(number.value, number.se, digits),
    interval: interval ? formatInterval(interval, digits) : '',
    std: std === undefined ? '' : `${formatNumber(std, digits)}${digits.suffix}`,
  };
}

/** "[4.94, 5.07]", "[87.3, 88.6] %". */
export function formatInterval(
  { low, high }: { readonly low: number; readonly high: number },
  digits: Digits,
): string {
  return `[${formatNumber(low, digits)}, ${formatNumber(high, digits)}]${digits.suffix}`;
}

/** "95 % interval". */
export function intervalHeading({ settings: { level } }: { settings: { level: number } }): string {
  return `${Number((level * 100).toPrecision(6))} % interval`;
}
