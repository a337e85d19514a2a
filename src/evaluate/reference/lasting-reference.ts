import type { Subject } from '../../metrics/subject.js';
import type { Network } from '../../networks/network.js';
import type { SetPlan } from '../plan.js';
import { type Preparation, type PreparedSet, prepareSet } from '../prepare-set.js';

/**
 * A reference that many sets are compared with, one after the other: it is prepared once, and what metrics make of it alone is computed
 * once. Its features must be in a store that outlives a run, and all runs must have the same options.
 */
export class LastingReference {
  readonly #kept = new Map<string, Promise<unknown>>();
  #key: string | undefined;
  #prepared: PreparedSet | undefined;

  /** The reference after its passes; they are done again only where a plan has others. */
  async prepare(plan: SetPlan, preparation: Preparation): Promise<PreparedSet> {
    const key = keyOf(plan);
    if (this.#prepared && key === this.#key) return this.#prepared;
    this.#kept.clear();
    this.#key = undefined;
    this.#prepared = await prepareSet(plan, preparation);
    this.#key = key;
    return this.#prepared;
  }

  /** The reference as it is prepared, if it is the one of a plan. */
  known(plan: SetPlan): PreparedSet | undefined {
    return this.#key === keyOf(plan) ? this.#prepared : undefined;
  }

  /** The reference as a network sees it, with a place for what metrics make of it. */
  keeping(subject: Subject | undefined, { identity }: Network): Subject | undefined {
    return (
      subject && {
        ...subject,
        keep: (name, compute) => this.#keep(JSON.stringify([identity, name]), compute),
      }
    );
  }

  #keep<T>(key: string, compute: () => Promise<T>): Promise<T> {
    const known = this.#kept.get(key) as Promise<T> | undefined;
    if (known) return known;
    const computing = compute().catch((error) => {
      // What failed or was aborted may be tried again.
      this.#kept.delete(key);
      throw error;
    });
    this.#kept.set(key, computing);
    return computing;
  }
}

/** What decides the rows and the metrics of the reference. */
function keyOf(plan: SetPlan): string {
  const { set, passes, model, resolutions, classifier, classColumns, lpips } = plan;
  return JSON.stringify([
    set.digest,
    passes.map(({ resolution, outputs, extractor }) => [resolution, outputs, extractor.identity]),
    [model, classifier, lpips].map((network) => network?.identity),
    resolutions,
    classColumns && [...classColumns],
    [plan.classesByIndex, plan.noAccuracy, plan.pairsPerClass, plan.scoresMsssim],
  ]);
}
