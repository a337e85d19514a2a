import type { RuleKind } from '../../documents/gate-config.js';
import type { FieldDifference } from '../../documents/verdict.js';

// Verdicts as sentences.

/** A number for a sentence: three digits, and fractions in per cent, as the reports print them. */
function number(value: number, unit: string): string {
  return isFraction(unit) ? `${short(100 * value)} %` : short(value);
}

/** A difference of such numbers, in points where they are fractions. */
function difference(value: number, unit: string): string {
  return isFraction(unit) ? `${short(100 * value)} points` : short(value);
}

const isFraction = (unit: string) => unit === 'fraction';

const short = (value: number) => String(Number(value.toPrecision(3)));

export function chance(p: number): string {
  return p < 1e-6 ? 'less than 1 in a million' : short(p);
}

export function limit(
  kind: RuleKind,
  { failed, value, bound }: { readonly failed: boolean; readonly value: number; readonly bound: number },
  unit: string,
): string {
  const side = kind === 'floor' ? ['below', 'not below'] : ['above', 'not above'];
  return `${number(value, unit)} is ${side[failed ? 0 : 1]} the ${kind} of ${number(bound, unit)}.`;
}

export function tolerance(failed: boolean, worse: number, allowed: number, unit: string): string {
  if (worse <= 0) return 'It is no worse than the baseline.';
  const by = `It is worse by ${difference(worse, unit)}`;
  return `${by}, ${failed ? 'more than the' : 'within the'} ${difference(allowed, unit)} that the rule allows.`;
}

export function significant(
  failed: boolean,
  worse: number,
  { p, pAdjusted, rules }: { readonly p: number; readonly pAdjusted: number; readonly rules: number },
  unit: string,
): string {
  if (worse <= 0) return 'It is no worse than the baseline.';
  const by = `It is worse by ${difference(worse, unit)}`;
  const corrected = rules > 1 ? `, ${correction(p, pAdjusted)} for ${rules} comparisons` : '';
  const verb = failed ? 'which is more than chance explains' : 'which chance explains';
  return `${by}, ${verb} (p ${chance(p)}${corrected}).`;
}

/** What is the same in words is not said twice. */
function correction(p: number, pAdjusted: number): string {
  return chance(p) === chance(pAdjusted) ? 'also after correction' : `${chance(pAdjusted)} after correction`;
}

export function notComparable([first, ...others]: readonly FieldDifference[]): string {
  const more = others.length > 0 ? `; so for ${others.map(({ field }) => field).join(', ')}` : '';
  return `Not comparable: ${first.field} was ${first.baseline} and is ${first.now}${more}.`;
}
