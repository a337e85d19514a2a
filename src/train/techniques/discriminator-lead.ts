/**
 * How far a discriminator leads: where its cross-entropy lies between that of one that can't tell and that of one that never errs.
 *
 *     lead = (c − L)/(c − b),   c = H(t/2),   b = ½·H(t)
 *
 * with the target t of real pictures and the entropy H of a coin. c is the least loss of a constant D, which is t/2.
 *
 * @param loss L = −½·(E [t·log D(x) + (1 − t)·log(1 − D(x))] + E log(1 − D(G(z)))), in nats
 * @param target t, in (0, 1]; below 1 is one-sided label smoothing
 * @returns 0 where it can't tell, 1 where it never errs, below 0 where a constant would do better
 */
export function discriminatorLead(loss: number, target = 1): number {
  const chance = entropyOf(target / 2);
  const best = entropyOf(target) / 2;
  return (chance - loss) / (chance - best);
}

/** Of a coin that shows heads with the probability p, in nats. */
function entropyOf(p: number): number {
  return -[p, 1 - p].reduce((sum, each) => sum + (each === 0 ? 0 : each * Math.log(each)), 0);
}
