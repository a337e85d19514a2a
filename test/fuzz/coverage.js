import { Session } from 'node:inspector/promises';

/** Which ranges of the built program have run, as V8 counts them. */
export class Coverage {
  #session = new Session();
  #seen = new Set();

  /** Before the program's modules are imported. */
  async start() {
    this.#session.connect();
    await this.#session.post('Profiler.enable');
    await this.#session.post('Profiler.startPreciseCoverage', { callCount: false, detailed: true });
  }

  get size() {
    return this.#seen.size;
  }

  /** How many ranges have run for the first time since the last call. */
  async takeNew() {
    const before = this.#seen.size;
    const { result } = await this.#session.post('Profiler.takePreciseCoverage');
    for (const { url, functions } of result) {
      const at = url.indexOf('/dist/');
      if (at < 0) continue;
      for (const { ranges } of functions) {
        const holes = ranges.filter(({ count }) => count === 0).map(({ startOffset }) => startOffset);
        if (ranges[0].count === 0) continue;
        this.#seen.add(`${url.slice(at)}:${ranges[0].startOffset}`);
        for (const { startOffset, endOffset, count } of ranges)
          if (count > 0) this.#seen.add(`${url.slice(at)}:${startOffset}-${endOffset}:${holes.length}`);
      }
    }
    return this.#seen.size - before;
  }
}
