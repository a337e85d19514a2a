import { add, type Scalar, scalar, tidy, type Variable, variable } from '@tensorflow/tfjs-core';

const PREFIX = 'loss/';

/** Sums of the losses of steps, kept on the backend: reading the losses of each step would make a GPU wait. */
export class LossMeans {
  readonly #sums = new Map<string, Variable>();

  /** The sums, by `loss/<name>`; part of a checkpoint. */
  get state(): ReadonlyMap<string, Variable> {
    return new Map([...this.#sums].map(([name, sum]) => [`${PREFIX}${name}`, sum]));
  }

  /** Has the sums that a checkpoint has and no others, so that they can be assigned: one from before the first step has none. */
  expect(names: Iterable<string>): void {
    const expected = new Set([...names].filter((name) => name.startsWith(PREFIX)));
    for (const [name, sum] of this.#sums) {
      if (expected.has(`${PREFIX}${name}`)) continue;
      sum.dispose();
      this.#sums.delete(name);
    }
    for (const name of expected) this.#sumOf(name.slice(PREFIX.length));
  }

  add(losses: Readonly<Record<string, Scalar>>): void {
    for (const [name, loss] of Object.entries(losses)) {
      const sum = this.#sumOf(name);
      tidy(() => sum.assign(add(sum, loss)));
    }
  }

  /** Means over the `count` steps since the last call. Waits for the backend. */
  async take(count: number): Promise<Record<string, number>> {
    const means: Record<string, number> = {};
    for (const [name, sum] of this.#sums) {
      means[name] = (await sum.data())[0] / count;
      tidy(() => sum.assign(scalar(0)));
    }
    return means;
  }

  dispose(): void {
    for (const sum of this.#sums.values()) sum.dispose();
  }

  #sumOf(name: string): Variable {
    let sum = this.#sums.get(name);
    if (!sum) {
      sum = tidy(() => variable(scalar(0), false));
      this.#sums.set(name, sum);
    }
    return sum;
  }
}
