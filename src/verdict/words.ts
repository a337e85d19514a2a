// Numbers and lists for the sentences of a verdict.

const MAX_DECIMALS = 12;
/** An error below this share of its value is rounding. */
const NO_ERROR = 1e-9;
/** Digits below this part of the error beside it would compare with nothing. */
const LEAST_PART = 0.1;

/**
 * "93.5 ± 1.7 %", "0.985 ± 0.004", "2.67"; a share is written in percent.
 *
 * @param se without one, or where it is 0, `like` decides the digits: the error of what stands beside it. An error that is a small part
 *   of that, or of the value, gets no more digits for it
 */
export function amount(value: number, unit: string, se?: number, like?: number): string {
  const [scale, suffix] = unit === 'fraction' ? [100, ' %'] : [1, ''];
  const own = se && se > NO_ERROR * Math.abs(value) ? se : undefined;
  const error = Math.max(own ?? 0, (like ?? 0) * (own ? LEAST_PART : 1));
  if (error === 0) return `${trim(value * scale)}${suffix}`;
  const decimals = decimalsFor(error * scale);
  const write = (number: number) => (number * scale).toFixed(decimals);
  const beside = own && Number(write(own)) > 0 ? ` ± ${write(own)}` : '';
  return `${write(value)}${beside}${suffix}`;
}

/** Three significant digits. */
function trim(value: number): string {
  const size = Math.abs(value);
  if (size === 0) return '0';
  if (size >= 1000) return Math.round(value).toLocaleString('en-US');
  return size < 1e-4 ? value.toExponential(2) : value.toPrecision(3);
}

/** Digits after the point at which an uncertainty shows two significant ones. */
function decimalsFor(uncertainty: number): number {
  const rounded = Number(uncertainty.toPrecision(2));
  return Math.min(MAX_DECIMALS, Math.max(0, 1 - Math.floor(Math.log10(rounded))));
}

/** By how much something may be worse: "4.1 points" of shares. */
export function gap(value: number, unit: string): string {
  return unit === 'fraction' ? `${trim(value * 100)} points` : trim(value);
}

/** "a", "a and b", "a, b and c"; of more than `most`, "a, b and 7 more". */
export function enumerate(names: readonly string[], most = 4): string {
  const shown =
    names.length > most ? [...names.slice(0, most - 1), `${names.length - most + 1} more`] : names;
  if (shown.length < 2) return shown.join('');
  return `${shown.slice(0, -1).join(', ')} and ${shown[shown.length - 1]}`;
}

/** 10,000 */
export const count = (number: number) => number.toLocaleString('en-US');

/** "1 sample", "10,000 samples". */
export function plural(number: number, one: string, many = `${one}s`): string {
  return `${count(number)} ${number === 1 ? one : many}`;
}
