import type { RunHooks } from '../../../core/run-hooks.js';
import type { DeviceChoice } from '../../../devices/device-choices.js';
import type { Network } from '../../../networks/network.js';
import { type MatrixProduct, openMatrixProduct } from '../../../onnx/matrix-product.js';
import { type ConditionForm, widthOf } from '../../conditions/condition-form.js';
import { type Consistency, measureConsistency } from '../../conditions/consistency.js';
import { FEWEST_KNOWN, fitProbe, type KnownPictures, type Probe } from '../../conditions/probe.js';
import { rngFor } from '../../loop/rng-for.js';
import type { LabeledSet } from '../../pictures/labeled-set.js';
import type { SamplePlan } from '../draw-samples.js';
import { RNG_STREAMS } from '../rng-streams.js';
import type { RunPictures } from '../run-pictures.js';
import { extractFeatures } from '../scoring/extract-features.js';
import type { Trainer } from '../trainer.js';
import { askedOf, othersOf } from './consistency-judge.js';

/** Pictures that a probe is fit to and judged by, and samples that it judges. More tell little more. */
const MAX_PICTURES = 5000;
/** Numbers of features and conditions in memory. */
const MAX_NUMBERS = 2 ** 24;

/** What a probe sees in samples. */
export interface ProbedConsistency extends Consistency {
  /** The same number for real pictures that the probe was not fit to: what it sees where the condition is there. */
  readonly real: number;
}

/** Where and how the network runs. */
export interface ProbeSettings {
  /** Of the run. */
  readonly seed: number;
  readonly device: DeviceChoice;
  readonly threads?: number;
}

/**
 * Consistency of samples with their conditions as somebody sees them who had no part in the training: a ridge regression on the features of
 * the network that scores the samples, fit to training pictures.
 */
export class ConsistencyProbe {
  readonly #network: Network;
  readonly #settings: ProbeSettings;
  readonly #form: ConditionForm;
  readonly #pictures: RunPictures;
  readonly #matrix: MatrixProduct;
  #fitted?: Promise<{ readonly probe: Probe; readonly real: ReadonlyMap<string, number> }>;

  /** @param pictures of the training, which have conditions of this form */
  constructor(network: Network, form: ConditionForm, pictures: RunPictures, settings: ProbeSettings) {
    this.#network = network;
    this.#form = form;
    this.#pictures = pictures;
    this.#settings = settings;
    this.#matrix = openMatrixProduct({ device: 'cpu', threads: settings.threads });
  }

  /** Consistency of the first samples of a plan, which were drawn; empty where there are too few pictures, or no features. */
  async judge(
    trainer: Trainer,
    plan: SamplePlan,
    set: LabeledSet,
    hooks: RunHooks,
  ): Promise<ProbedConsistency[]> {
    const limit = this.#limit();
    if (limit < FEWEST_KNOWN) return [];
    this.#fitted ??= this.#fit(limit, hooks);
    const { probe, real } = await this.#fitted;
    const count = Math.min(set.count, limit);
    const bytes = set.pixels.length / set.count;
    const features = await extractFeatures(
      this.#network,
      { ...set, count, read: (first, end) => set.pixels.subarray(first * bytes, end * bytes) },
      { ...this.#settings, ...hooks, label: 'Samples' },
    );
    const compared = {
      asked: askedOf(trainer, plan, count),
      seen: await probe.see(features),
      order: othersOf(plan, count),
    };
    return measureConsistency(this.#form, compared).map((each) => ({
      ...each,
      real: real.get(each.name) as number,
    }));
  }

  #limit(): number {
    const { featureWidth } = this.#network;
    if (featureWidth === 0) return 0;
    const numbers = featureWidth + widthOf(this.#form);
    return Math.min(this.#pictures.count, MAX_PICTURES, Math.floor(MAX_NUMBERS / numbers));
  }

  async #fit(count: number, hooks: RunHooks) {
    const known = await this.#readKnown(count, hooks);
    const probe = await fitProbe(this.#form, known, (...product) => this.#matrix.multiply(...product));
    const { unseen } = probe;
    const order = Int32Array.from({ length: unseen.count }, (_, i) => i);
    const seen = await probe.see(unseen.features);
    const onReal = measureConsistency(this.#form, { asked: unseen.conditions, seen, order });
    return { probe, real: new Map(onReal.map(({ name, value }) => [name, value])) };
  }

  async #readKnown(count: number, hooks: RunHooks): Promise<KnownPictures> {
    const { seed } = this.#settings;
    const width = widthOf(this.#form);
    const rows = rngFor(seed, RNG_STREAMS.probe).permutation(this.#pictures.count).subarray(0, count);
    const conditions = new Float32Array(count * width);
    const features = await extractFeatures(
      this.#network,
      {
        ...this.#pictures.form,
        count,
        read: async (first, end) => {
          const batch = await this.#pictures.read(rows.subarray(first, end));
          conditions.set(batch.conditions ?? [], first * width);
          return batch.pixels;
        },
      },
      { ...this.#settings, ...hooks, label: 'Pictures with conditions' },
    );
    return { count, features, conditions };
  }

  /** Frees the matrix products. */
  close(): Promise<void> {
    return this.#matrix.close();
  }
}
