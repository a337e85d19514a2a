/** The least recently used sessions are closed when there are too many. Their keys are those of the graphs' structure. */
export class SessionCache<Session extends { close(): Promise<void> }> {
  readonly #sessions = new Map<string, Session>();

  constructor(readonly capacity: number) {
    if (!Number.isInteger(capacity) || capacity < 1) {
      throw new RangeError(`expected a positive integer for maxSessions but received ${capacity}`);
    }
  }

  get size(): number {
    return this.#sessions.size;
  }

  get(key: string): Session | undefined {
    const session = this.#sessions.get(key);
    if (session) {
      // A Map keeps the order of insertion: its first entry is the least recently used one.
      this.#sessions.delete(key);
      this.#sessions.set(key, session);
    }
    return session;
  }

  /** Adds a session, and closes the least recently used ones beyond the capacity. */
  async add(key: string, session: Session): Promise<void> {
    this.#sessions.set(key, session);
    for (const [oldest, old] of this.#sessions) {
      if (this.#sessions.size <= this.capacity) break;
      this.#sessions.delete(oldest);
      await old.close();
    }
  }

  async close(): Promise<void> {
    const all = [...this.#sessions.values()];
    this.#sessions.clear();
    for (const session of all) await session.close();
  }
}
