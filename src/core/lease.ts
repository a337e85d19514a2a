import { AsyncLocalStorage } from 'node:async_hooks';

/** Far more than one run has open at the same time. */
const MOST_IDLE = 24;

/** Networks of a run, and some more. */
const MOST_MADE = 12;

/** How something is opened that takes long to open. */
export interface Leasable<T> {
  open(): Promise<T> | T;
  close(value: T): Promise<void>;
}

/** Something that is open, for as long as its user needs it. */
export interface Lease<T> {
  readonly value: T;
  /**
   * Gives it back.
   *
   * @param isSound whether another user may have it. @default true
   */
  end(isSound?: boolean): Promise<void>;
}

/** What was made of something that may change. */
export interface Makeable<T> {
  /** Changes whenever that changes; undefined where it can't be told whether it does, and nothing is kept. */
  readonly mark: string | undefined;
  make(): Promise<T>;
  /** Whether the mark stands for all that it was made of. @default always */
  mayKeep?(value: T): boolean;
}

interface Idle {
  readonly key: string;
  readonly value: unknown;
  readonly close: () => Promise<void>;
}

/**
 * Keeps open what takes long to open (sessions, threads), from one piece of work to the next that needs the same: within `during`, what
 * a lease opened stays open when the lease ends, for the next lease of this key. What was made of a file stays while the file does.
 */
export class KeptOpen {
  /** The longest unused first. */
  readonly #idle: Idle[] = [];
  /** The oldest first. */
  readonly #made = new Map<string, { readonly mark: string; readonly value: unknown }>();

  /** Runs a piece of work whose leases are kept. */
  during<T>(work: () => Promise<T>): Promise<T> {
    return keepers.run(this, work);
  }

  async lease<T>(key: string, { open, close }: Leasable<T>): Promise<Lease<T>> {
    const at = this.#idle.findIndex((each) => each.key === key);
    const value = at < 0 ? await open() : (this.#idle.splice(at, 1)[0].value as T);
    return leaseOf(value, (isSound) =>
      isSound ? this.#keep({ key, value, close: () => close(value) }) : close(value),
    );
  }

  async keep<T>(key: string, { mark, make, mayKeep = () => true }: Makeable<T>): Promise<T> {
    const known = this.#made.get(key);
    if (known && known.mark === mark) return known.value as T;
    this.#made.delete(key);
    const value = await make();
    if (mark === undefined || !mayKeep(value)) return value;
    this.#made.set(key, { mark, value });
    if (this.#made.size > MOST_MADE) this.#made.delete([...this.#made.keys()][0]);
    return value;
  }

  /** Closes all that is kept, also where something can't be closed. */
  async close(): Promise<void> {
    this.#made.clear();
    const closed = await Promise.allSettled(this.#idle.splice(0).map((each) => each.close()));
    const failed = closed.find((each) => each.status === 'rejected');
    if (failed) throw failed.reason;
  }

  async #keep(idle: Idle): Promise<void> {
    this.#idle.push(idle);
    if (this.#idle.length > MOST_IDLE) await this.#idle.shift()?.close();
  }
}

const keepers = new AsyncLocalStorage<KeptOpen>();

/**
 * Opens something, or takes it over from a piece of work that ended.
 *
 * @param key all that decides what `open` gives
 */
export async function lease<T>(key: string, how: Leasable<T>): Promise<Lease<T>> {
  const keeper = keepers.getStore();
  if (keeper) return keeper.lease(key, how);
  const value = await how.open();
  return leaseOf(value, () => how.close(value));
}

/**
 * Makes something, or takes what a piece of work before made of the same.
 *
 * @param key what it is made of, by name
 */
export function keepMade<T>(key: string, how: Makeable<T>): Promise<T> {
  return keepers.getStore()?.keep(key, how) ?? how.make();
}

/** A lease that ends once, however often it is given back. */
function leaseOf<T>(value: T, giveBack: (isSound: boolean) => Promise<void>): Lease<T> {
  let ended: Promise<void> | undefined;
  return {
    value,
    end(isSound = true) {
      ended ??= giveBack(isSound);
      return ended;
    },
  };
}
