/**
 * P-values adjusted for being several (Holm 1979): a rule that calls those at or below α keeps the chance of any false
 * call at or below α, whatever the dependence between them.
 *
 * @param pValues each in [0, 1]; the answer has their order
 * @param weights share of the allowance that each gets, > 0 up to a common factor (the weighted form of the same paper); equal if absent
 */
export function adjustByHolm(pValues: readonly number[], weights?: readonly number[]): number[] {
  const weightOf = (index: number) => weights?.[index] ?? 1;
  const order = pValues
    .map((_, index) => index)
    .sort((a, b) => pValues[a] / weightOf(a) - pValues[b] / weightOf(b));
  // Of each and those behind it: taking weights off a sum would leave small ones with its rounding.
  const left = new Array<number>(order.length);
  order.reduceRight((sum, index, rank) => {
    left[rank] = sum + weightOf(index);
    return left[rank];
  }, 0);
  const adjusted = new Array<number>(pValues.length);
  let largest = 0;
  for (const [rank, index] of order.entries()) {
    largest = Math.max(largest, Math.min(1, (left[rank] / weightOf(index)) * pValues[index]));
    adjusted[index] = largest;
  }
  return adjusted;
}
