import { createHash } from 'node:crypto';
import type { RunHooks } from '../../core/run-hooks.js';
import { openOwnImages, openRunPictures, type RunPictureChoice } from '../adversarial/open-pictures.js';
import type { RunPictures } from '../adversarial/run-pictures.js';
import type { SetForm } from '../pictures/labeled-set.js';

/** Pictures whose pixels are hashed at a time. */
const BATCH = 1000;

/** Which pictures a plan is of. */
export interface PlanPictureChoice extends RunPictureChoice {
  /** Throws for a class that the user's pictures don't have. @default it is a fault of `--classes` */
  readonly onMissing?: (name: string) => never;
}

/** What a plan has to know of the pictures: nothing is decoded. */
export interface PlanPictures {
  readonly count: number;
  readonly classNames: readonly string[];
  /** Class index of each. */
  readonly labels: Int32Array;
  /** SHA-256 of the pictures of some classes, which are numbered in this order; lower-case hex. */
  digestOf(classes: readonly string[]): Promise<string>;
  close(): Promise<void>;
}

/**
 * Opens the pictures of a plan. Of the user's own, digests are of the files' bytes, and of no other files than those of the classes that
 * were chosen; of a data set, of its pixels.
 *
 * @throws as `openRunPictures`
 */
export async function openPlanPictures(
  choice: PlanPictureChoice,
  form: SetForm,
  hooks: RunHooks,
): Promise<PlanPictures> {
  return choice.pictures === undefined
    ? ofDataset((await openRunPictures(choice, form, hooks)).train)
    : ofFiles(choice.pictures, choice, hooks);
}

function ofDataset(pictures: RunPictures): PlanPictures {
  const { count, labels, form } = pictures;
  const { classNames, ...shape } = form;
  return {
    count,
    classNames,
    labels,
    async digestOf(classes) {
      const indices = new Map(classes.map((name, index) => [classNames.indexOf(name), index]));
      const rows = Int32Array.from(labels.keys()).filter((row) => indices.has(labels[row]));
      const own = Int32Array.from(rows, (row) => indices.get(labels[row]) as number);
      const hash = createHash('sha256').update(JSON.stringify({ ...shape, classNames: classes }));
      hash.update(new Uint8Array(own.buffer));
      for (let first = 0; first < rows.length; first += BATCH)
        hash.update((await pictures.read(rows.subarray(first, first + BATCH))).pixels);
      return hash.digest('hex');
    },
    close: () => pictures.close(),
  };
}

async function ofFiles(
  path: string,
  { classes, onMissing }: PlanPictureChoice,
  { signal, onProgress }: RunHooks,
): Promise<PlanPictures> {
  const source = await openOwnImages(path, classes, onMissing);
  try {
    const { classNames = [], entries } = source;
    const total = entries.length;
    const report = (done: number) =>
      onProgress?.({ stage: 'inspect', label: `Reading ${path}`, done, total, unit: 'pictures' });
    const inspections = await source.inspect({ signal, onProgress: report });
    const labels = Int32Array.from(entries, ({ label = 0 }) => label);
    return {
      count: total,
      classNames,
      labels,
      async digestOf(classes) {
        const indices = new Map(classes.map((name, index) => [classNames.indexOf(name), index]));
        const hash = createHash('sha256').update(JSON.stringify({ classNames: classes }));
        for (const [row, label] of labels.entries()) {
          const own = indices.get(label);
          if (own !== undefined) hash.update(`${inspections.sha256(row)} ${own}\n`);
        }
        return hash.digest('hex');
      },
      close: () => source.close(),
    };
  } catch (error) {
    await source.close();
    throw error;
  }
}
