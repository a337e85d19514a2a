import { createHash } from 'node:crypto';
import { ImagesError } from '../core/errors.js';
import type { ImageEntry, ImageSource, PicturesOptions, ReadOptions } from '../images/image-source.js';
import { Inspections } from '../images/inspections.js';
import type { DrawnFromGenerator, LatentPaths, PathStep, PicturePair } from '../images/latent-paths.js';
import type { Picture, PictureOutcome } from '../images/picture.js';
import type { PictureReading } from '../images/picture-reading.js';
import { remedyOf } from '../images/remedy-of.js';
import type { Generator, MadePicture } from './generator.js';

const DIGITS = 9;

/**
 * The pictures of a generator as a source: each is made when it is asked for, and none is kept. Their digests are of what makes them, so that
 * features of earlier runs are found again without making a picture.
 */
export class GeneratorSource implements ImageSource {
  readonly name: string;
  readonly kind: string;
  readonly entries: readonly ImageEntry[];
  readonly classNames?: readonly string[];
  readonly warnings: readonly string[];
  readonly decoding: string;
  readonly reading?: PictureReading;
  readonly generator: DrawnFromGenerator;
  readonly paths: LatentPaths;
  readonly #generator: Generator;
  readonly #batches: LastBatch<MadePicture>;

  constructor(generator: Generator) {
    const { name, kind, count, classNames, warnings, computing, reading, identity } = generator;
    const { width, height } = generator;
    this.#generator = generator;
    this.#batches = new LastBatch(generator.batch, (first) => generator.make(first));
    this.name = name;
    this.kind = kind;
    this.classNames = classNames;
    this.warnings = warnings;
    this.reading = reading;
    this.generator = generator.drawn;
    this.decoding = `generator ${computing}`;
    this.entries = Array.from({ length: count }, (_, index) => {
      const id = String(index).padStart(DIGITS, '0');
      return classNames ? { id, label: generator.labelOf(index) } : { id };
    });
    this.paths = {
      identity: JSON.stringify({ identity, count, computing }),
      width,
      height,
      pairs: (indices, step, signal) => this.#pairs(indices, step, signal),
    };
  }

  async inspect({ signal, onProgress }: ReadOptions = {}): Promise<Inspections> {
    signal?.throwIfAborted();
    const { count, identity, width, height, labelOf } = this.#generator;
    const inspections = new Inspections(count);
    const made = createHash('sha256').update(identity);
    for (let index = 0; index < count; index++) {
      const digest = made
        .copy()
        .update(` ${index} ${labelOf(index)}`)
        .digest();
      inspections.set(index, digest, width, height);
    }
    onProgress?.(count);
    return inspections;
  }

  async *pictures(
    indices: Iterable<number>,
    { signal, onProgress }: PicturesOptions = {},
  ): AsyncGenerator<PictureOutcome> {
    let done = 0;
    for (const index of indices) {
      signal?.throwIfAborted();
      yield { ...(await this.#make(index)), index };
      onProgress?.(++done);
    }
  }

  async picture(index: number): Promise<Picture> {
    return this.#requireGood(index, await this.#make(index));
  }

  close(): Promise<void> {
    return this.#generator.close();
  }

  async *#pairs(
    indices: Iterable<number>,
    step: PathStep,
    signal: AbortSignal | undefined,
  ): AsyncGenerator<PicturePair> {
    const generator = this.#generator;
    const own = new LastBatch(generator.batch, (first) => generator.makeUnrounded(first));
    const stepped = new LastBatch(generator.batch, (first) => generator.makeUnrounded(first, step));
    for (const index of indices) {
      signal?.throwIfAborted();
      this.#requireIndex(index);
      yield { index, a: await own.make(index), b: await stepped.make(index) };
    }
  }

  async #make(index: number): Promise<MadePicture> {
    this.#requireIndex(index);
    return this.#batches.make(index);
  }

  #requireIndex(index: number): void {
    if (index in this.entries) return;
    throw new RangeError(`expected a picture from 0 to ${this.entries.length - 1} but received ${index}`);
  }

  #requireGood(index: number, made: MadePicture): Picture {
    if (made.ok) return { ...made, index };
    throw new ImagesError(
      `The picture ${JSON.stringify(this.entries[index].id)} of ${this.name} ${made.reason}: ${remedyOf(made.reason).replace('repair or remove it', 'the generator gave it, so repair its file')}.`,
    );
  }
}

/** Makes pictures a batch at a time, and keeps the batch that was made last. */
class LastBatch<Made> {
  #first = -1;
  #made: Promise<readonly Made[]> = Promise.resolve([]);

  constructor(
    readonly batch: number,
    readonly makeBatch: (first: number) => Promise<readonly Made[]>,
  ) {}

  async make(index: number): Promise<Made> {
    const first = index - (index % this.batch);
    if (first !== this.#first) {
      this.#first = first;
      this.#made = this.makeBatch(first);
      // What failed is tried again by whoever asks next.
      this.#made.catch(() => {
        this.#first = -1;
      });
    }
    return (await this.#made)[index - first];
  }
}
