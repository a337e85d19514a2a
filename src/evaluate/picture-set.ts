import { createHash } from 'node:crypto';
import { ImagesError } from '../core/errors.js';
import type { RunHooks } from '../core/run-hooks.js';
import type { ImageSet } from '../documents/result.js';
import { holdPictures } from '../images/held-pictures.js';
import type { ImageSource } from '../images/image-source.js';
import type { Inspections } from '../images/inspections.js';
import type { NamedStatistics } from './statistics/statistics-file.js';

/** From this many pictures, spread over a set, it is decided whether it is in color. */
const PICTURES_FOR_COLOR = 16;
/** Their lines are hashed together: a call for each would take longer than hashing it. */
const PICTURES_AT_A_TIME = 256;

/** A source with what is known after one reading of its files. */
export interface PictureSet {
  readonly role: 'samples' | 'reference' | 'validation';
  readonly source: ImageSource;
  /** In order of `source.entries`. */
  readonly inspections: Inspections;
  /** SHA-256 over (id, SHA-256 of the bytes, label) of every picture, in order. */
  readonly digest: string;
  /** Whether the pictures have color, where that is known without them. */
  readonly color?: boolean;
  /** Mean and covariance that the file holds beside its pictures, of all of which these may be a part. */
  readonly statistics?: NamedStatistics;
  /** What a reader should know beside the warnings of the source, as sentences. */
  readonly warnings?: readonly string[];
}

/**
 * Reads every file of a source once.
 *
 * @throws {ImagesError} for an empty source or unreadable files
 */
export async function inspectPictures(
  role: PictureSet['role'],
  source: ImageSource,
  hooks: RunHooks,
): Promise<PictureSet> {
  const total = source.entries.length;
  if (total === 0) throw new ImagesError(`${source.name} holds no pictures: name a folder that does.`);
  const inspections = await source.inspect({
    signal: hooks.signal,
    onProgress: (done) =>
      hooks.onProgress?.({ stage: 'inspect', label: `Reading ${role}`, done, total, unit: 'pictures' }),
  });
  const held = holdPictures(source, inspections);
  return { role, source: held, inspections, digest: digestPictures(source, inspections) };
}

function digestPictures(source: ImageSource, inspections: Inspections): string {
  const hash = createHash('sha256');
  const { entries, classNames } = source;
  for (let start = 0; start < entries.length; start += PICTURES_AT_A_TIME) {
    const some = entries.slice(start, start + PICTURES_AT_A_TIME);
    const digests = inspections.sha256Of(start, start + some.length);
    const lines = some.map(({ id, label }, i) => {
      const name = label === undefined ? null : (classNames?.[label] ?? null);
      return `${JSON.stringify([id, digests[i], name])}\n`;
    });
    hash.update(lines.join(''));
  }
  return hash.digest('hex');
}

/** The longest side of the largest pictures, in pixels. */
export function largestSide(inspections: Inspections): number {
  let side = 0;
  for (let i = 0; i < inspections.length; i++)
    side = Math.max(side, inspections.width(i), inspections.height(i));
  return side;
}

/** Whether any of a few pictures has color; those that can't be decoded are reported later. */
export async function haveColor({ source, color }: PictureSet): Promise<boolean> {
  if (color !== undefined) return color;
  const { entries } = source;
  const step = Math.ceil(entries.length / PICTURES_FOR_COLOR);
  const some = [...entries.keys()].filter((index) => index % step === 0);
  for await (const picture of source.pictures(some)) {
    if (picture.ok && picture.pixels.some((value, i) => value !== picture.pixels[i - (i % 3)])) return true;
  }
  return false;
}

/** What the result says of a set, given the indices of the pictures that have rows. */
export function describePictures(
  set: PictureSet,
  kept: Int32Array,
  changed: Readonly<Record<string, number>>,
  bad: readonly { readonly index: number; readonly reason: string }[],
): ImageSet {
  const { source, inspections } = set;
  const counts = source.classNames?.map(() => 0);
  let smallest = kept[0];
  let largest = kept[0];
  const area = (index: number) => inspections.width(index) * inspections.height(index);
  for (const index of kept) {
    const { label } = source.entries[index];
    if (counts && label !== undefined) counts[label]++;
    if (area(index) < area(smallest)) smallest = index;
    if (area(index) > area(largest)) largest = index;
  }
  const size = (index: number): [number, number] => [inspections.width(index), inspections.height(index)];
  return {
    source: source.name,
    kind: source.kind,
    ...(source.split !== undefined && { split: source.split }),
    ...(source.drawnFrom !== undefined && { drawnFrom: source.drawnFrom }),
    digest: set.digest,
    count: kept.length,
    classes: source.classNames?.map((name, i) => ({ name, count: counts?.[i] ?? 0 })) ?? null,
    sizes:
      kept.length > 0
        ? { smallest: size(smallest), largest: size(largest), ...findUsualSize(kept, size) }
        : null,
    ...(source.reading && { reading: source.reading }),
    ...(source.generator && { generator: source.generator }),
    changed: Object.fromEntries(Object.entries(changed).sort(([a], [b]) => (a < b ? -1 : 1))),
    skipped: bad.map(({ index, reason }) => ({ id: source.entries[index].id, reason })),
  };
}

/** The size of more than half the pictures, where there are several. */
function findUsualSize(
  kept: Int32Array,
  sizeOf: (index: number) => [number, number],
): { usual?: [number, number] } {
  const counts = new Map<string, { size: [number, number]; count: number }>();
  for (const index of kept) {
    const size = sizeOf(index);
    const known = counts.get(size.join());
    if (known) known.count++;
    else counts.set(size.join(), { size, count: 1 });
  }
  const usual = [...counts.values()].find(({ count }) => count > kept.length / 2);
  return usual && counts.size > 1 ? { usual: usual.size } : {};
}
