import { collectGarbage } from '../core/collect-garbage.js';
import type { ResidentTensor } from './resident-session.js';

/** What may stay on the graphics card beyond twice what was in use at the last collection. */
const SPARE_BYTES = 2 ** 28;

/**
 * Frees resident tensors once nothing refers to their owners. The collector knows nothing of the memory of a graphics card, so it is asked
 * to run when much has gathered.
 */
export class ResidentMemory {
  readonly #owners = new FinalizationRegistry<ResidentTensor>((resident) => this.#letGo(resident));
  /** How many owners each has, those included that may be gone already: values that are the same share one. */
  readonly #held = new Map<ResidentTensor, number>();
  #bytes = 0;
  #limit: number;

  /**
   * @param spareBytes that gather before the collector runs
   * @param collect runs the collector
   */
  constructor(
    private readonly spareBytes = SPARE_BYTES,
    private readonly collect = () => collectGarbage(Number.POSITIVE_INFINITY),
  ) {
    this.#limit = spareBytes;
  }

  /** Bytes that are not freed yet. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Leaves a tensor on the card until nothing refers to its owner, nor to others that it was kept for. */
  keep(owner: object, resident: ResidentTensor): void {
    this.#owners.register(owner, resident);
    const owners = this.#held.get(resident) ?? 0;
    if (owners === 0) this.#bytes += resident.size;
    this.#held.set(resident, owners + 1);
  }

  /** Runs the collector if much has gathered since it last ran. */
  async tidy(): Promise<void> {
    if (this.#bytes <= this.#limit) return;
    this.collect();
    // What became free is told after this task.
    await new Promise((done) => setImmediate(done));
    await new Promise((done) => setImmediate(done));
    this.#limit = 2 * this.#bytes + this.spareBytes;
  }

  /** Frees everything. */
  close(): void {
    for (const resident of this.#held.keys()) this.#free(resident);
  }

  #letGo(resident: ResidentTensor): void {
    const owners = this.#held.get(resident);
    if (owners === undefined) return;
    if (owners > 1) this.#held.set(resident, owners - 1);
    else this.#free(resident);
  }

  #free(resident: ResidentTensor): void {
    this.#held.delete(resident);
    this.#bytes -= resident.size;
    resident.dispose();
  }
}
