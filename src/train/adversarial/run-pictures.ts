import { createHash } from 'node:crypto';
import { ImagesError } from '../../core/errors.js';
import type { RunHooks } from '../../core/run-hooks.js';
import type { ImageSource } from '../../images/image-source.js';

import { digestOf, type LabeledSet, readRows, type SetForm } from '../pictures/labeled-set.js';
import { resizerTo } from '../pictures/resize-pictures.js';
import type { PictureBatch, PictureForm } from './trainer.js';

/** The pictures of a run, in one form, wherever they are. */
export interface RunPictures {
  readonly form: PictureForm;
  readonly count: number;
  /** Class index of each; all 0 where there are no classes. */
  readonly labels: Int32Array;
  /** Changes with any picture, label or class name, and with the form; lower-case hex. */
  readonly digest: string;
  /** What they are and where they are from, in words. */
  readonly source: string;
  /** Pictures in the order of `rows`, which may repeat. Throws ImagesError for a bad picture. */
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
 * Pictures that are too many for memory, decoded when they are asked for. Reads every file once, for the digest. Closes the source when it is
 * closed. Throws ImagesError for files that can't be read.
 *
 * @param classes takes these classes alone, numbered in this order
 */
export async function picturesOfSource(
  source: ImageSource,
  form: SetForm,
  classes: readonly string[] | undefined,
  { signal, onProgress }: RunHooks,
): Promise<RunPictures> {
  const classNames = classes ?? source.classNames ?? [];
  const indices = new Map(classNames.map((name, index) => [source.classNames?.indexOf(name), index]));
  const kept = [...source.entries.keys()].filter((row) => !classes || indices.has(source.entries[row].label));
  const total = source.entries.length;
  const report = (done: number) =>
    onProgress?.({ stage: 'inspect', label: `Reading ${source.name}`, done, total, unit: 'pictures' });
  const inspections = await source.inspect({ signal, onProgress: report });
  const labels = Int32Array.from(kept, (row) => indices.get(source.entries[row].label) ?? 0);
  const hash = createHash('sha256').update(JSON.stringify({ ...form, classNames }));
  for (const [i, row] of kept.entries()) hash.update(`${inspections.sha256(row)} ${labels[i]}\n`);
  const resizer = await resizerTo(form.size);
  return {
    form: { ...form, classNames },
    count: kept.length,
    labels,
    digest: hash.digest('hex'),
    source: source.name,
    async read(rows) {
      const wanted = Array.from(rows, (row) => kept[row]);
      const { pixels } = await readRows(source, wanted, form, resizer, { signal });
      return { pixels, labels: rows.map((row) => labels[row]) };
    },
    async close() {
      await resizer.close();
      await source.close();
    },
  };
}

/** Throws ImagesError unless there are pictures. */
export function requirePictures({ count, source }: RunPictures): void {
  if (count === 0) throw new ImagesError(`${source} has no pictures to train on: name a folder that does.`);
}
