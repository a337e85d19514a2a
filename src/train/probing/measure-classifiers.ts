import { createHash } from 'node:crypto';
import { setImmediate } from 'node:timers/promises';
import { NetworkError } from '../../core/errors.js';
import type { RunHooks } from '../../core/run-hooks.js';
import type { RunPictures } from '../adversarial/run-pictures.js';
import type { DrawnLabels } from './draw-labels.js';
import type { Mistakes } from './estimate-errors.js';
import { FEATURE_KINDS, type FeatureKind, type Features } from './features.js';
import { fitClassifier, type LinearClassifier, predict } from './fit-classifier.js';

/** Pictures that go through a network at once. */
const BATCH = 500;

/** Of each kind of features, in the order of `FEATURE_KINDS`. */
export type OfKinds<T> = Readonly<Record<FeatureKind, T>>;

/** The classifiers of one kind of features. */
export interface Fitted {
  /** Numbers that a picture is. */
  readonly width: number;
  /** One for each draw. */
  readonly classifiers: readonly LinearClassifier[];
}

/** Calls `make` with one kind after the other. */
export async function ofKinds<T>(make: (kind: FeatureKind) => T | Promise<T>): Promise<OfKinds<T>> {
  const made: [FeatureKind, T][] = [];
  for (const kind of FEATURE_KINDS) made.push([kind, await make(kind)]);
  return Object.fromEntries(made) as unknown as OfKinds<T>;
}

/**
 * Fits a classifier for each draw of labels.
 *
 * @throws {NetworkError} for features that are no numbers
 */
export async function fitClassifiers(
  features: Features,
  pictures: RunPictures,
  drawn: readonly DrawnLabels[],
  { signal, onProgress, label }: RunHooks & { readonly label: string },
): Promise<Fitted> {
  const classifiers: LinearClassifier[] = [];
  let width = 0;
  const pause = async () => {
    await setImmediate();
    signal?.throwIfAborted();
  };
  for (const { rows, labels, folds } of drawn) {
    const parts: Float32Array[] = [];
    for (let start = 0; start < rows.length; start += BATCH) {
      await pause();
      const own = rows.subarray(start, start + BATCH);
      parts.push(await readFeatures(features, (await pictures.read(own)).pixels));
    }
    const all = join(parts);
    width = all.length / rows.length;
    const classes = pictures.form.classNames.length;
    classifiers.push(await fitClassifier({ features: all, width, labels, classes, folds }, pause));
    onProgress?.({ stage: 'train', label, done: classifiers.length, total: drawn.length, unit: 'steps' });
  }
  return { width, classifiers };
}

async function readFeatures(features: Features, pixels: Uint8Array): Promise<Float32Array> {
  const read = await features(pixels);
  if (read.every(Number.isFinite)) return read;
  throw new NetworkError(
    'The discriminator gives features that are no finite numbers: its training diverged; take an earlier checkpoint.',
  );
}

function join(parts: readonly Float32Array[]): Float32Array {
  const all = new Float32Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

/** What the test pictures say. */
export interface Measured {
  readonly mistakes: OfKinds<Mistakes>;
  /** Test pictures that are, pixel for pixel, among those whose labels were drawn. */
  readonly repeated: number;
}

/** The pictures on which classifiers are tested. */
export interface TestPictures {
  readonly pictures: RunPictures;
  /** Class of a label of theirs. */
  readonly classOf: (label: number) => number;
  /** SHA-256 of the pictures whose labels were drawn. */
  readonly drawn: ReadonlySet<string>;
}

/** Runs all classifiers over the test pictures, batch by batch. */
export async function measureMistakes(
  fitted: OfKinds<Fitted>,
  features: OfKinds<Features>,
  { pictures, classOf, drawn }: TestPictures,
  { signal, onProgress }: RunHooks,
): Promise<Measured> {
  const { count: total } = pictures;
  const draws = fitted.pixels.classifiers.length;
  const counts = await ofKinds(() => ({
    ofDraws: new Float64Array(draws),
    ofPictures: new Float64Array(total),
  }));
  let repeated = 0;
  for (let start = 0; start < total; start += BATCH) {
    await setImmediate();
    signal?.throwIfAborted();
    const rows = Int32Array.from({ length: Math.min(BATCH, total - start) }, (_, i) => start + i);
    const { pixels, labels } = await pictures.read(rows);
    repeated += digestsOf(pixels, rows.length).filter((each) => drawn.has(each)).length;
    for (const kind of FEATURE_KINDS) {
      const own = await readFeatures(features[kind], pixels);
      for (const [draw, classifier] of fitted[kind].classifiers.entries()) {
        for (const [i, predicted] of predict(classifier, own).entries()) {
          if (predicted === classOf(labels[i])) continue;
          counts[kind].ofDraws[draw]++;
          counts[kind].ofPictures[start + i]++;
        }
      }
    }
    onProgress?.({
      ...{ stage: 'scan', label: 'Classifying test pictures', unit: 'pictures' },
      ...{ done: start + rows.length, total },
    });
  }
  const mistakes = await ofKinds((kind) => ({
    ofDraws: counts[kind].ofDraws.map((each) => each / total),
    ofPictures: counts[kind].ofPictures.map((each) => each / draws),
  }));
  return { mistakes, repeated };
}

/** SHA-256 of each picture. */
export function digestsOf(pixels: Uint8Array, count: number): string[] {
  const width = pixels.length / count;
  return Array.from({ length: count }, (_, i) =>
    createHash('sha256')
      .update(pixels.subarray(i * width, (i + 1) * width))
      .digest('hex'),
  );
}
