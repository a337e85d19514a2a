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
  const adjusted = new Array<number>(pValues.length);
  let left = order.reduce((sum, index) => sum + weightOf(index), 0);
  let largest = 0;
  for (const index of order) {
    largest = Math.max(largest, Math.min(1, (left / weightOf(index)) * pValues[index]));
    adjusted[index] = largest;
    left -= weightOf(index);
  }
  return adjusted;
}
