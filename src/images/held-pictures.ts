import type { ImageSource, PicturesOptions } from './image-source.js';
import type { Inspections } from './inspections.js';
import type { Picture, PictureOutcome } from './picture.js';

/** Pixels of sets that are held; larger sets are decoded each time. */
const MAX_HELD_BYTES = 32 * 2 ** 20;

/**
 * Wraps a source of few pictures, so that each is decoded once, however often it is asked for: by networks, and then in pairs.
 *
 * @param inspections what its pictures are; who asks for others is given what the source gives
 * @returns the source itself where its pictures are too many
 */
export function holdPictures(source: ImageSource, inspections: Inspections): ImageSource {
  let bytes = 0;
  for (let i = 0; i < inspections.length; i++) bytes += inspections.width(i) * inspections.height(i) * 3;
  if (bytes > MAX_HELD_BYTES || (source.budget && !source.budget.fits(2 * bytes))) return source;
  const held = new HeldPictures(source, inspections);
  return {
    name: source.name,
    kind: source.kind,
    entries: source.entries,
    classNames: source.classNames,
    warnings: source.warnings,
    split: source.split,
    drawnFrom: source.drawnFrom,
    get decoding() {
      return source.decoding;
    },
    budget: source.budget,
    reading: source.reading,
    generator: source.generator,
    paths: source.paths,
    inspect: (options) => source.inspect(options),
    async *pictures(indices, { onProgress, ...options } = {}) {
      let done = 0;
      for await (const run of held.runs(indices, options)) {
        for (const outcome of run) {
          options.signal?.throwIfAborted();
          yield outcome;
          onProgress?.(++done);
        }
      }
    },
    runs: (indices, options) => held.runs(indices, options),
    picture: (index) => source.picture(index),
    close: () => source.close(),
  };
}

class HeldPictures {
  readonly #held = new Map<number, Picture>();

  constructor(
    private readonly source: ImageSource,
    private readonly inspections: Inspections,
  ) {}

  async *runs(
    indices: Iterable<number>,
    options: PicturesOptions = {},
  ): AsyncGenerator<readonly PictureOutcome[]> {
    const wanted = [...indices];
    const { inspections = this.inspections, onProgress, signal } = options;
    if (inspections !== this.inspections) {
      yield* this.#read(wanted, options);
      return;
    }
    const missing = [...new Set(wanted)].filter((index) => !this.#held.has(index));
    if (missing.length === wanted.length) {
      for await (const run of this.#read(wanted, { ...options, inspections })) {
        this.#hold(run);
        yield run;
      }
      return;
    }
    const others = new Map<number, PictureOutcome>();
    for await (const run of this.#read(missing, { signal, inspections })) {
      this.#hold(run);
      for (const outcome of run) if (!outcome.ok) others.set(outcome.index, outcome);
    }
    signal?.throwIfAborted();
    yield wanted.flatMap((index) => this.#held.get(index) ?? others.get(index) ?? []);
    onProgress?.(wanted.length);
  }

  #hold(run: readonly PictureOutcome[]): void {
    for (const outcome of run) if (outcome.ok) this.#held.set(outcome.index, outcome);
  }

  async *#read(
    indices: readonly number[],
    options: PicturesOptions,
  ): AsyncGenerator<readonly PictureOutcome[]> {
    if (indices.length === 0) return;
    if (this.source.runs) yield* this.source.runs(indices, options);
    else for await (const outcome of this.source.pictures(indices, options)) yield [outcome];
  }
}
