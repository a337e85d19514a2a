import type { WatchEvent, WatchMetric } from '../../documents/watch.js';
import { ARROWS, digitsOf, type UncertainValue } from '../text/describe-number.js';
import { formatCount, formatNumber } from '../text/numbers.js';
import type { Place } from './watch-record.js';

// What the watch page says, before it is laid out. Names are here as they came; the page neutralizes them.

/** "after step 3,000", or "set 3" where its name states no step. */
export function describePlace({ number, step }: Place): string {
  return step === null ? `set ${formatCount(number)}` : `after step ${formatCount(step)}`;
}

/** "Fréchet Inception Distance on inception-v3 ↓". */
export function nameMetric({
  title,
  network,
  direction,
}: Pick<WatchMetric, 'title' | 'network' | 'direction'>): string {
  return `${title}${network === undefined ? '' : ` on ${network}`} ${ARROWS[direction]}`;
}

/** The value alone, with as many digits as its uncertainty leaves. */
export function writeValue(number: UncertainValue, unit: string): string {
  const digits = digitsOf(number, unit);
  return `${formatNumber(number.value, digits)}${digits.suffix}`;
}

/** "collapse of cat"; of a recovery what it ends. */
export function nameEvent({ kind, ends, class: name }: WatchEvent): string {
  const what = kind === 'recovery' && ends !== undefined ? `recovery from ${ends}` : kind;
  return name === undefined ? what : `${what} of ${name}`;
}

/** Whether an event is no trouble. */
export function isGoodEvent({ kind }: WatchEvent): boolean {
  return kind === 'recovery';
}
