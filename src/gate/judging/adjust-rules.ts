import type { Rule } from '../../documents/gate-config.js';

/** Rules that ask how far a value may fall; one value needs one of them. */
const TOLERANCES: readonly Rule['kind'][] = ['significant', 'absolute', 'relative'];

/** The rules, with `adjust` in place of those that ask the same of the same values. */
export function adjustRules(rules: readonly Rule[], adjust: readonly Rule[]): readonly Rule[] {
  const kept = rules.filter((rule) => !adjust.some((other) => asksTheSame(rule, other)));
  return [...kept, ...adjust];
}

function asksTheSame(rule: Rule, other: Rule): boolean {
  const kindOf = ({ kind }: Rule) => (TOLERANCES.includes(kind) ? 'tolerance' : kind);
  return (
    rule.metric === other.metric &&
    rule.class === other.class &&
    rule.resolution === other.resolution &&
    kindOf(rule) === kindOf(other)
  );
}
