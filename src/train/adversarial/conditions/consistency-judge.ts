import type { SampleChunk, SampleStream } from '../../../generators/write-samples.js';
import { widthOf } from '../../conditions/condition-form.js';
import { type Consistency, measureConsistency } from '../../conditions/consistency.js';
import { rngFor } from '../../loop/rng-for.js';
import type { LabeledSet } from '../../pictures/labeled-set.js';
import { latentsOf, SAMPLES_AT_ONCE, type SamplePlan } from '../draw-samples.js';
import { RNG_STREAMS } from '../rng-streams.js';
import type { Trainer } from '../trainer.js';

/** More samples than these tell no more, and would fill the memory. */
const MAX_JUDGED = 10_000;

/**
 * Consistency of samples with the conditions that they were drawn with, as the discriminator's own head sees them. That head was trained
 * together with the generator: it tells whether the generator does what it was trained for, not what another network would see.
 */
export class ConsistencyJudge {
  readonly #trainer: Trainer;
  readonly #plan: SamplePlan;
  readonly #asked: Float32Array;
  readonly #seen: Float32Array;
  #numbers = 0;

  /** @param count how many samples there will be */
  constructor(trainer: Trainer, plan: SamplePlan, count: number) {
    const width = plan.pool && trainer.seeConditions ? widthOf(plan.pool.form) : 0;
    this.#trainer = trainer;
    this.#plan = plan;
    this.#asked = new Float32Array(Math.min(count, MAX_JUDGED) * width);
    this.#seen = new Float32Array(this.#asked.length);
  }

  /** The stream, whose samples are judged as they pass. */
  watch(stream: SampleStream): SampleStream {
    const look = (chunk: SampleChunk) => this.look(chunk);
    return {
      ...stream,
      async *chunks() {
        for await (const chunk of stream.chunks()) {
          await look(chunk);
          yield chunk;
        }
      },
    };
  }

  /** Looks at samples, in their order. */
  async look({ pixels, conditions }: SampleChunk): Promise<void> {
    const left = this.#asked.length - this.#numbers;
    if (left === 0 || !conditions || !this.#trainer.seeConditions) return;
    const seen = await this.#trainer.seeConditions(pixels);
    this.#asked.set(conditions.subarray(0, left), this.#numbers);
    this.#seen.set(seen.subarray(0, left), this.#numbers);
    this.#numbers += Math.min(left, conditions.length);
  }

  /** Empty where the samples have no conditions. */
  measure(): Consistency[] {
    const { pool } = this.#plan;
    if (!pool || this.#asked.length === 0) return [];
    const order = othersOf(this.#plan, this.#asked.length / widthOf(pool.form));
    return measureConsistency(pool.form, { asked: this.#asked, seen: this.#seen, order });
  }
}

/** Consistency of the first samples of a plan, which were drawn; empty where they have no conditions. */
export async function judgeSamples(
  trainer: Trainer,
  plan: SamplePlan,
  { count, pixels, labels }: LabeledSet,
): Promise<Consistency[]> {
  const judge = new ConsistencyJudge(trainer, plan, count);
  const bytes = pixels.length / count;
  for (let first = 0; plan.pool && first < count; first += SAMPLES_AT_ONCE) {
    const { conditions } = latentsOf(trainer, plan, first / SAMPLES_AT_ONCE);
    const end = Math.min(count, first + SAMPLES_AT_ONCE);
    await judge.look({ pixels: pixels.subarray(first * bytes, end * bytes), labels, conditions });
  }
  return judge.measure();
}

/** What the first `count` samples of a plan were asked to be: float32 [count, width of the conditions]. */
export function askedOf(trainer: Trainer, plan: SamplePlan, count: number): Float32Array {
  const width = plan.pool ? widthOf(plan.pool.form) : 0;
  const asked = new Float32Array(count * width);
  for (let first = 0; first < count; first += SAMPLES_AT_ONCE) {
    const { conditions = new Float32Array(0) } = latentsOf(trainer, plan, first / SAMPLES_AT_ONCE);
    asked.set(conditions.subarray(0, (count - first) * width), first * width);
  }
  return asked;
}

/** Another sample for each, drawn at random: what is compared with its conditions shows what chance reaches. */
export function othersOf({ seed }: SamplePlan, count: number): ArrayLike<number> {
  return rngFor(seed, RNG_STREAMS.shuffledConditions).permutation(count);
}
