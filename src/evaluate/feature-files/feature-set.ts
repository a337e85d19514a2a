import { stat } from 'node:fs/promises';
import { ImagesError, UsageError } from '../../core/errors.js';
import type { RunHooks } from '../../core/run-hooks.js';
import type { ImageSet } from '../../documents/result.js';
import type { Inspections } from '../../images/inspections.js';
import { orderByValues } from '../../metrics/row-order.js';
import type { Subject } from '../../metrics/subject.js';
import { digestFile } from '../../storage/digest-file.js';
import type { PictureInput } from '../input.js';
import { flagOf } from '../opening/reading-options.js';
import type { ResolvedOptions } from '../options.js';
import type { PictureSet } from '../picture-set.js';
import { FeatureFile } from './feature-file.js';

/** A file of features, every row of which was looked at. */
export interface FeatureSet {
  readonly role: PictureSet['role'];
  /** The path that the user named. */
  readonly name: string;
  readonly file: FeatureFile;
  /** SHA-256 of the file, lower-case hex. */
  readonly digest: string;
  /** Digests of the rows. */
  readonly inspections: Inspections;
}

/** What says how pictures are read or run, by the option's value where it says nothing. */
const OF_PICTURES: Partial<Record<keyof ResolvedOptions, unknown>> = {
  labels: undefined,
  labelColumn: undefined,
  split: undefined,
  limit: undefined,
  layout: undefined,
  bitDepth: undefined,
  range: undefined,
  referenceLabels: undefined,
  referenceLabelColumn: undefined,
  referenceSplit: undefined,
  referenceLimit: undefined,
  validationSplit: undefined,
  validationLimit: undefined,
  referenceLayout: undefined,
  referenceBitDepth: undefined,
  referenceRange: undefined,
  resolutions: undefined,
  model: 'auto',
  precision: 'float32',
  classifier: 'auto',
  classes: undefined,
  classMap: undefined,
  inputSize: undefined,
  normalize: undefined,
  featuresOutput: undefined,
  logitsOutput: undefined,
};

/**
 * Refuses options that would be ignored.
 *
 * @throws {UsageError} naming the first one
 */
export function refusePictureOptions(options: ResolvedOptions): void {
  for (const [key, otherwise] of Object.entries(OF_PICTURES)) {
    if (options[key as keyof ResolvedOptions] === otherwise) continue;
    throw new UsageError(`Option ${key} goes with pictures, and --features names features: leave it out.`);
  }
}

/** What the user names. */
interface FeatureInput {
  readonly role: PictureSet['role'];
  readonly input: PictureInput;
  /** Name of an array of an `.npz` file. */
  readonly array?: string;
}

/**
 * Opens a file of features for as long as `use` takes, and looks at every row.
 *
 * @throws {UsageError} for what is not a path
 * @throws {ImagesError} for a file that holds no features, or rows that no metric can take
 */
export async function withFeatureSet<T>(
  { role, input, array }: FeatureInput,
  hooks: RunHooks,
  use: (set: FeatureSet) => Promise<T>,
): Promise<T> {
  if (typeof input !== 'string') {
    throw new UsageError(
      `Option features goes with paths, and the ${role} are an opened source: name a file.`,
    );
  }
  // Of an array that is unpacked or transposed, the rows are those of this moment.
  const before = await stamp(input);
  const file = await FeatureFile.open(input, array, flagOf('array', role));
  try {
    const digest = await digestFile(input, hooks.signal);
    const { count: total } = file;
    const inspections = await file.inspect(hooks.signal, (done) =>
      hooks.onProgress?.({ stage: 'inspect', label: `Reading ${role}`, done, total, unit: 'pictures' }),
    );
    // The digest is that of the rows only if nothing was written between the readings.
    if ((await stamp(input)) !== before || (await digestFile(input, hooks.signal)) !== digest) {
      throw new ImagesError(
        `${JSON.stringify(input)} changed while it was being read: start again when nothing writes to it.`,
      );
    }
    return await use({ role, name: input, file, digest, inspections });
  } finally {
    await file.close();
  }
}

/** What changes with nearly every write: the time of change can't be set, but a memory map may renew it late. */
async function stamp(path: string): Promise<string | undefined> {
  const stats = await stat(path, { bigint: true }).catch(() => undefined);
  return stats && [stats.dev, stats.ino, stats.size, stats.mtimeNs, stats.ctimeNs].join();
}

/** The rows as the metrics see them. */
export function subjectOf({ file }: FeatureSet): Subject {
  let order: Promise<Int32Array> | undefined;
  return {
    count: file.count,
    features: file,
    orderRows: (table) => {
      order ??= orderByValues(table);
      return order;
    },
  };
}

/** Every row, by its index. */
export function keptOf({ count }: FeatureFile): Int32Array {
  return Int32Array.from({ length: count }, (_, row) => row);
}

/** What a result says of the set. */
export function describeFeatures({ name, file, digest }: FeatureSet): ImageSet {
  const { width, count, typeName: type, array } = file;
  return {
    source: name,
    kind: 'features',
    digest,
    count,
    classes: null,
    sizes: null,
    features: { width, type, ...(array !== undefined && { array }) },
    changed: {},
    skipped: [],
  };
}
