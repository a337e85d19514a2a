import { createHash } from 'node:crypto';
import { ImagesError } from '../../core/errors.js';
import type { RunHooks } from '../../core/run-hooks.js';
import type { ImageSource } from '../../images/image-source.js';
import { digestOf, type LabeledSet, readRows, type SetForm } from '../pictures/labeled-set.js';
import { resizerTo } from '../pictures/resize-pictures.js';
import type { ConditionPool } from './conditions/condition-pool.js';
import type { PictureBatch, PictureForm } from './trainer.js';

/** The pictures of a run, in memory or on disk, in one form. */
export interface RunPictures {
  readonly form: PictureForm;
  readonly count: number;
  /** Class index of each; all 0 where there are no classes. */
  readonly labels: Int32Array;
  /** Changes with any picture, label or class name, and with the form; lower-case hex. */
  readonly digest: string;
  /** Conditions that samples are drawn with, where the pictures have conditions. */
  readonly pool?: ConditionPool;
  /** What they are and where they come from, in words. */
  readonly source: string;
  /**
   * Reads the pictures at `rows`, in that order; rows may repeat.
   *
   * @throws {ImagesError} for a picture that cannot be decoded
   */
  read(rows: Int32Array): Promise<PictureBatch>;
  close(): Promise<void>;
}

/** Pictures in memory. */
export function picturesOfSet(set: LabeledSet, source: string): RunPictures {
  const { count, size, channels, labels, classNames, pixels } = set;
  const bytes = size * size * channels;
  return {
    form: { size, channels, classNames },
    count,
    labels,
    digest: digestOf(set),
    source,
    async read(rows) {
      const batch = new Uint8Array(rows.length * bytes);
      for (const [i, row] of rows.entries()) {
        batch.set(pixels.subarray(row * bytes, (row + 1) * bytes), i * bytes);
      }
      return { pixels: batch, labels: rows.map((row) => labels[row]) };
    },
    close: async () => {},
  };
}

/**
 * Pictures on disk, which are decoded when they are read. Reads every file once first, for the digest. Closing them closes the source.
 *
 * @throws {ImagesError} for files that cannot be read
 */
export async function picturesOfSource(
  source: ImageSource,
  form: SetForm,
  { signal, onProgress }: RunHooks,
): Promise<RunPictures> {
  const { classNames = [], entries } = source;
  const total = entries.length;
  const report = (done: number) =>
    onProgress?.({ stage: 'inspect', label: `Reading ${source.name}`, done, total, unit: 'pictures' });
  const inspections = await source.inspect({ signal, onProgress: report });
  const labels = Int32Array.from(entries, ({ label = 0 }) => label);
  const hash = createHash('sha256').update(JSON.stringify({ ...form, classNames }));
  for (const [row, label] of labels.entries()) hash.update(`${inspections.sha256(row)} ${label}\n`);
  const resizer = await resizerTo(form.size);
  return {
    form: { ...form, classNames },
    count: total,
    labels,
    digest: hash.digest('hex'),
    source: source.name,
    async read(rows) {
      const { pixels } = await readRows(source, Array.from(rows), { form, resizer }, { signal });
      return { pixels, labels: rows.map((row) => labels[row]) };
    },
    async close() {
      await resizer.close();
      await source.close();
    },
  };
}

/** @throws {ImagesError} if there are no pictures */
export function requirePictures({ count, source }: RunPictures): void {
  if (count === 0) throw new ImagesError(`${source} has no pictures to train on: name a folder that does.`);
}
