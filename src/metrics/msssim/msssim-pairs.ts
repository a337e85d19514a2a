import { NumpyRandom } from '../../math/random/numpy-random.js';

/** Two pictures of one class, by row. */
export interface Pair {
  readonly label: number;
  readonly a: number;
  readonly b: number;
}

export interface PairDraw {
  /** Class index per row. */
  readonly labels: ArrayLike<number>;
  /** A name for the size of a row, where rows may differ: only pictures of equal size can be compared. */
  readonly sizeOf?: (row: number) => string;
  /** Order of the rows among which is drawn. @default as they stand */
  readonly order?: Int32Array;
  readonly pairsPerClass: number;
  readonly seed: number;
}

/**
 * Random within-class pairs for MS-SSIM (Odena et al. 2017, section 4.2), without repeats, uniform over all pairs of equal
 * size; all of them where a class has no more than `pairsPerClass`. A class without such a pair has none. Classes come in order
 * of their index; each draws from its own generator, so that its pairs don't depend on the other classes.
 */
export function drawPairs({ labels, sizeOf, order, pairsPerClass, seed }: PairDraw): Pair[] {
  const rowsOfClass = groupRows(
    Array.from(labels, (_, row) => order?.[row] ?? row),
    (row) => labels[row],
  );
  const classes = [...rowsOfClass.keys()].sort((a, b) => a - b);
  return classes.flatMap((label) => {
    const rows = rowsOfClass.get(label) ?? [];
    const groups = sizeOf ? [...groupRows(rows, sizeOf).values()] : [rows];
    const total = groups.reduce((sum, group) => sum + countPairs(group.length), 0);
    const rng = new NumpyRandom((seed + label) % 2 ** 32);
    const numbers = drawNumbers(total, Math.min(pairsPerClass, total), rng);
    return numbers.map((number) => ({ label, ...pairOf(number, groups) }));
  });
}

function groupRows<Key>(rows: readonly number[], keyOf: (row: number) => Key): Map<Key, number[]> {
  const groups = new Map<Key, number[]>();
  for (const row of rows) {
    const key = keyOf(row);
    const group = groups.get(key);
    if (group) group.push(row);
    else groups.set(key, [row]);
  }
  return groups;
}

const countPairs = (pictures: number) => (pictures * (pictures - 1)) / 2;

/** `count` different numbers below `total`, ascending, every subset equally likely (Floyd's algorithm: one draw for each). */
function drawNumbers(total: number, count: number, rng: NumpyRandom): number[] {
  const drawn = new Set<number>();
  for (let last = total - count; last < total; last++) {
    const number = Math.floor(rng.randomSample() * (last + 1));
    drawn.add(drawn.has(number) ? last : number);
  }
  return [...drawn].sort((a, b) => a - b);
}

/** The pair of a number: groups one after the other, and within a group (0,1), (0,2), (1,2), (0,3), … */
function pairOf(number: number, groups: readonly (readonly number[])[]): { a: number; b: number } {
  let rest = number;
  for (const group of groups) {
    const pairs = countPairs(group.length);
    if (rest < pairs) {
      let later = Math.floor((1 + Math.sqrt(1 + 8 * rest)) / 2);
      // The root of a large number may be rounded over the edge.
      if (countPairs(later) > rest) later--;
      return { a: group[rest - countPairs(later)], b: group[later] };
    }
    rest -= pairs;
  }
  throw new RangeError(`expected the number of a pair but received ${number}`);
}
