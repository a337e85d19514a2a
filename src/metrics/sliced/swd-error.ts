import { varianceWithinClasses } from '../kernel/influence.js';
import { transportPotential } from './line.js';

/** Numbers of one set along one direction: all in the order of the rows, and sorted; those of two halves sorted. */
export interface LineOfSet {
  readonly values: Float64Array;
  readonly sorted: Float64Array;
  readonly halves: readonly [Float64Array, Float64Array];
}

/**
 * Collects what the standard error of the sliced Wasserstein distance follows from: what each row adds to the distance, to first order, as
 * the whole sets say it, and as two halves say it that have no row in common.
 *
 * The squares of what rows add, as the whole sets say it, have the variance too large where the distributions are nearly one: their
 * distance is then a square of the difference of the sets, and counts what pairs of rows do together twice. The products of what two halves
 * say have none of that part on average, since the errors of the halves are independent: the halfway between both has it once.
 */
export class SwdError {
  readonly #samples: SetInfluence;
  readonly #reference: SetInfluence;

  constructor(samplesCount: number, referenceCount: number) {
    this.#samples = new SetInfluence(samplesCount);
    this.#reference = new SetInfluence(referenceCount);
  }

  /** Adds a direction. */
  add(samples: LineOfSet, reference: LineOfSet): void {
    this.#samples.add(samples, reference);
    this.#reference.add(reference, samples);
  }

  /** For other pictures of both sets along the same directions. */
  get standardError(): number {
    const whole = this.#samples.variance() + this.#reference.variance();
    const apart = this.#samples.varianceApart() + this.#reference.varianceApart();
    return Math.sqrt(Math.max(whole / 2, (whole + apart) / 2));
  }

  /**
   * For other samples against the same reference; with labels, with as many of each class. Of the part that pairs do together, that of
   * two samples counts, which is what their number is to the whole.
   */
  standardErrorOfSamples(labels?: Int32Array): number {
    if (labels) return Math.sqrt(this.#samples.varianceWithin(labels));
    const [n, m] = [this.#samples.count, this.#reference.count];
    const whole = this.#samples.variance();
    const pairs = Math.max(0, whole - this.#samples.varianceApart());
    return Math.sqrt(Math.max(0, whole - (pairs / 2) * (m / (n + m))));
  }
}

/** What each row of one set adds, summed over the directions. */
class SetInfluence {
  readonly count: number;
  readonly #whole: Float64Array;
  readonly #halves: readonly [Float64Array, Float64Array];
  #directions = 0;

  constructor(count: number) {
    this.count = count;
    this.#whole = new Float64Array(count);
    this.#halves = [new Float64Array(count), new Float64Array(count)];
  }

  add(own: LineOfSet, other: LineOfSet): void {
    const { sorted } = own;
    const whole = transportPotential(sorted, other.sorted, sorted);
    const first = transportPotential(own.halves[0], other.halves[0], sorted);
    const second = transportPotential(own.halves[1], other.halves[1], sorted);
    for (let row = 0; row < this.count; row++) {
      const place = findPlace(sorted, own.values[row]);
      this.#whole[row] += whole[place];
      this.#halves[0][row] += first[place];
      this.#halves[1][row] += second[place];
    }
    this.#directions++;
  }

  /** Of the mean over the directions. */
  variance(): number {
    return this.#sumOfProducts(this.#whole, this.#whole);
  }

  varianceApart(): number {
    return this.#sumOfProducts(...this.#halves);
  }

  varianceWithin(labels: Int32Array): number {
    return varianceWithinClasses(this.#perRow(this.#whole), labels);
  }

  #sumOfProducts(a: Float64Array, b: Float64Array): number {
    const [first, second] = [this.#perRow(a), this.#perRow(b)];
    let sum = 0;
    for (let row = 0; row < this.count; row++) sum += first[row] * second[row];
    return sum;
  }

  /** What each row adds to the distance, less the mean. */
  #perRow(sums: Float64Array): Float64Array {
    const mean = sums.reduce((sum, each) => sum + each / this.count, 0);
    return sums.map((sum) => (sum - mean) / (this.#directions * this.count));
  }
}

/** The first place of a number among sorted ones, where it is one of them. */
function findPlace(sorted: Float64Array, value: number): number {
  let [low, high] = [0, sorted.length - 1];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (sorted[middle] < value) low = middle + 1;
    else high = middle;
  }
  return low;
}
