/**
 * P-values adjusted for being several (Holm 1979): a rule that calls those at or below α keeps the chance of any false
 * call at or below α, whatever the dependence between them.
 *
 * @param pValues each in [0, 1]; the answer has their order
 */
export function adjustByHolm(pValues: readonly number[]): number[] {
  const order = pValues.map((_, index) => index).sort((a, b) => pValues[a] - pValues[b]);
  const adjusted = new Array<number>(pValues.length);
  let largest = 0;
  for (const [rank, index] of order.entries()) {
    largest = Math.max(largest, Math.min(1, (pValues.length - rank) * pValues[index]));
    adjusted[index] = largest;
  }
  return adjusted;
}
