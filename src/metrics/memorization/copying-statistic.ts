/** One cell: distances to the nearest training picture, of samples and of held-out pictures, sorted together. */
export interface Cell {
  /** Ascending. */
  readonly distances: Float64Array;
  /** Whose each is: its index among the samples, or −1 − its index among the held-out pictures. */
  readonly owners: Int32Array;
}

/** How often each sample and each held-out picture counts: once, or as often as a bootstrap drew it. */
export interface Weights {
  readonly samples: ArrayLike<number>;
  readonly heldOut: ArrayLike<number>;
}

/** The statistic, and its standard error where samples and held-out pictures have one distribution. */
export interface CopyingStatistic {
  readonly value: number;
  readonly seOfReal: number;
  readonly cellsUsed: number;
}

/**
 * C_T over the cells (`ct.ts` has the formula).
 *
 * @param leastSamples cells with no more samples than this do not count
 * @returns undefined where no cell counts
 */
export function computeCopyingStatistic(
  cells: readonly Cell[],
  weights: Weights,
  leastSamples: number,
): CopyingStatistic | undefined {
  let [share, sum, squares, cellsUsed] = [0, 0, 0, 0];
  for (const cell of cells) {
    const { u, samples, heldOut } = rankSum(cell, weights);
    if (samples <= leastSamples || heldOut === 0) continue;
    const deviation = Math.sqrt((heldOut * samples * (heldOut + samples + 1)) / 12);
    share += heldOut;
    sum += heldOut * ((u - heldOut * samples * 0.5 + 0.5) / deviation);
    squares += heldOut ** 2;
    cellsUsed++;
  }
  if (cellsUsed === 0) return undefined;
  return { value: sum / share, seOfReal: Math.sqrt(squares) / share, cellsUsed };
}

/** Mann and Whitney's U of the samples: pairs in which the sample is further away; equally far ones count half. */
function rankSum(
  { distances, owners }: Cell,
  weights: Weights,
): { readonly u: number; readonly samples: number; readonly heldOut: number } {
  let [u, samples, heldOut] = [0, 0, 0];
  for (let start = 0; start < distances.length; ) {
    let [samplesHere, heldOutHere, end] = [0, 0, start];
    for (; end < distances.length && distances[end] === distances[start]; end++) {
      const owner = owners[end];
      if (owner >= 0) samplesHere += weights.samples[owner];
      else heldOutHere += weights.heldOut[-1 - owner];
    }
    u += samplesHere * (heldOut + heldOutHere / 2);
    samples += samplesHere;
    heldOut += heldOutHere;
    start = end;
  }
  return { u, samples, heldOut };
}
