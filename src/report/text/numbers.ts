const MAX_DECIMALS = 12;
/** Below this, digits after the point are harder to read than a power of ten. */
const MIN_PLAIN = 1e-4;
/** An uncertainty below this share of its value is rounding. */
const NO_UNCERTAINTY = 1e-9;
/** Smaller p-values are written as "< 0.0001". */
const MIN_P = 1e-4;

/** A count with thousands separated: 10,000. */
export function formatCount(count: number): string {
  return count.toLocaleString('en-US');
}

/** "1 picture", "10,000 pictures". */
export function plural(count: number, one: string, many = `${one}s`): string {
  return `${formatCount(count)} ${count === 1 ? one : many}`;
}

/** A share of 1 in percent, with one digit after the point: "84.4 %". */
export function formatPercent(share: number): string {
  return `${formatFixed(share * 100, 1)} %`;
}

/** A p-value with two significant digits: "0.031", "< 0.0001". */
export function formatP(p: number): string {
  return p < MIN_P ? `< ${MIN_P}` : String(Number(p.toPrecision(2)));
}

/** Digits after the point at which `uncertainty` shows two significant digits: 2 for 0.31, 3 for 0.031, 0 for 31. */
export function decimalsFor(uncertainty: number): number {
  // Rounding first, since 0.0996 is 0.10 with two digits.
  const rounded = Number(uncertainty.toPrecision(2));
  return Math.min(MAX_DECIMALS, Math.max(0, 1 - Math.floor(Math.log10(rounded))));
}

/** A number with a fixed number of digits after the point, and no minus before a zero. */
export function formatFixed(value: number, decimals: number): string {
  const text = value.toFixed(decimals);
  return /^-[0.]+$/.test(text) ? text.slice(1) : text;
}

/** How the value and everything beside it is written: digits after the point, and a scale. */
export interface Digits {
  readonly decimals: number;
  /** The number is multiplied by this before it is written (100 for percent). */
  readonly scale: number;
  /** Written after the number: " %", "e-6". */
  readonly suffix: string;
}

/**
 * Chooses digits so that the uncertainty shows two significant digits, or the value four if nothing is known of its
 * uncertainty.
 *
 * @param uncertainty standard error or half an interval, in the unit of `value`; 0, rounding or undefined if there is none
 * @param percent whether the value is a share that is written in percent
 */
export function chooseDigits(value: number, uncertainty: number | undefined, percent = false): Digits {
  const size = Math.max(Math.abs(value), uncertainty ?? 0);
  const exponent = Math.floor(Math.log10(size));
  const plain = percent || size === 0 || size >= MIN_PLAIN;
  const scale = percent ? 100 : plain ? 1 : 10 ** -exponent;
  const suffix = percent ? ' %' : plain ? '' : `e${exponent}`;
  if (uncertainty && uncertainty > NO_UNCERTAINTY * Math.abs(value))
    return { decimals: decimalsFor(uncertainty * scale), scale, suffix };
  if (size === 0) return { decimals: percent ? 1 : 3, scale, suffix };
  return { decimals: Math.max(0, 3 - Math.floor(Math.log10(size * scale))), scale, suffix };
}

/** The number with the digits chosen, without the suffix. */
export function formatNumber(value: number, { decimals, scale }: Digits): string {
  return formatFixed(value * scale, Math.min(decimals, MAX_DECIMALS));
}

/** As `formatNumber`, of a change: +0.15, −1.5, 0.0, with the minus that is as wide as the plus. */
export function formatSigned(value: number, digits: Digits): string {
  const text = formatNumber(value, digits);
  if (Number(text) === 0) return text;
  return text.startsWith('-') ? `−${text.slice(1)}` : `+${text}`;
}

/** 5.004 ± 0.031, 87.96 ± 0.33 %, (1.20 ± 0.31)e-6; without an uncertainty the value alone. */
export function formatValue(value: number, uncertainty: number | undefined, digits: Digits): string {
  if (uncertainty === undefined) return `${formatNumber(value, digits)}${digits.suffix}`;
  const pair = `${formatNumber(value, digits)} ± ${formatNumber(uncertainty, digits)}`;
  return digits.suffix.startsWith('e') ? `(${pair})${digits.suffix}` : `${pair}${digits.suffix}`;
}

/** 0.4 s, 12 s, 3 min 20 s, 2 h 5 min. */
export function formatDuration(seconds: number): string {
  if (seconds < 9.95) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  const [big, bigUnit, small, smallUnit] =
    whole < 3600
      ? [Math.floor(whole / 60), 'min', whole % 60, 's']
      : [Math.floor(whole / 3600), 'h', Math.floor((whole % 3600) / 60), 'min'];
  return small === 0 ? `${big} ${bigUnit}` : `${big} ${bigUnit} ${small} ${smallUnit}`;
}

/** 512 B, 1.4 kB, 2.0 GB, by powers of 1000. */
export function formatBytes(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  const power = Math.min(units.length - 1, bytes < 1 ? 0 : Math.floor(Math.log10(bytes) / 3));
  return `${(bytes / 1000 ** power).toFixed(power === 0 ? 0 : 1)} ${units[power]}`;
}
