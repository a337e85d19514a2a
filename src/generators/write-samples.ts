import { appendFile, mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { writeStreamedNpz } from '../archives/npz.js';
import { type NewZipEntry, writeZip } from '../archives/zip/write-zip.js';
import { UsageError } from '../core/errors.js';
import { encodePng } from '../images/write-png.js';
import { explainStorageError } from '../storage/guard-storage.js';
import { makeFolder } from '../storage/make-folder.js';
import { type WriteOptions, writeNew, writeWholeWith } from '../storage/write-whole.js';

const MIN_DIGITS = 5;

/** Some samples, one after the other. */
export interface SampleChunk {
  /** uint8 [n, height, width, channels], 0–255. */
  readonly pixels: Uint8Array;
  /** Class of each sample; all 0 where there are no classes. */
  readonly labels: Int32Array;
  /** Place of each sample in the set, by which its file is named. @default one after the other */
  readonly places?: Int32Array;
  /** float32 [n, width], row-major, where the samples have conditions beside their class. */
  readonly conditions?: Float32Array;
}

/** A file beside the pictures that has a row for each of them. */
export interface SideFile {
  /** Of the file in the folder of the samples. */
  readonly name: string;
  /** What it begins with. */
  readonly head: Uint8Array;
  /** The row of a sample: of its conditions [width], the picture's path in the folder, with forward slashes, and its place in the set. */
  readonly rowOf: (conditions: Float32Array, path: string, sample: number) => Uint8Array;
}

/** What all samples share. */
export interface SampleForm {
  /** In pixels. */
  readonly height: number;
  readonly width: number;
  /** 1 for gray, 3 for RGB. */
  readonly channels: 1 | 3;
  /** In the order of the class indices. */
  readonly classNames: readonly string[];
}

/** Samples that come a chunk at a time. */
export interface SampleStream {
  readonly form: SampleForm;
  /** Whether the samples have classes. */
  readonly conditional: boolean;
  readonly count: number;
  /** Numbers in the conditions of a sample. @default 0 */
  readonly conditionWidth?: number;
  /** Files for the conditions. @default none */
  readonly sideFiles?: readonly SideFile[];
  /** Ends the waiting for whoever reads the samples from a pipe. */
  readonly signal?: AbortSignal;
  /** Chunks in order. Samples after `count` in the last one are left out. */
  chunks(): AsyncIterable<SampleChunk>;
}

/**
 * Writes samples as PNG files, `<folder>/<class>/00042.png` or `<folder>/00042.png`, to a hidden folder beside it that gets its name when it is
 * complete; on an error or an abort it is removed.
 *
 * @throws {UsageError} if the folder is there and not empty
 * @throws {StorageError} if it cannot be written
 */
export async function writeSampleFolder(folder: string, samples: SampleStream): Promise<void> {
  await requireFreeFolder(folder);
  await writeNew(folder, async (partial) => {
    await makeFolder(partial);
    await writePictures(partial, samples);
  });
}

/**
 * @param flag that names the folder
 * @throws {UsageError} for a folder with files in it
 * @throws {StorageError} unless the path is free, or a folder
 */
export async function requireFreeFolder(folder: string, flag = '-o'): Promise<void> {
  const names = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw explainStorageError(error, folder);
  });
  if (names.length === 0) return;
  throw new UsageError(`The folder ${folder} is not empty: name a new one with ${flag}, or remove it.`);
}

async function writePictures(
  folder: string,
  { form, conditional, count, conditionWidth = 0, sideFiles = [], chunks }: SampleStream,
): Promise<void> {
  const { height, width, channels, classNames } = form;
  const bytes = height * width * channels;
  const folders = conditional ? classNames.map((name) => join(folder, folderOfClass(name))) : [folder];
  const made = new Set<string>([folder]);
  for (const { name, head } of sideFiles) await writeFile(join(folder, name), head);
  let first = 0;
  for await (const { pixels, labels, places, conditions = new Float32Array(0) } of chunks()) {
    const write = async (i: number) => {
      const own = pixels.subarray(i * bytes, (i + 1) * bytes);
      const png = await encodePng({ width, height, channels, pixels: own });
      await writeFile(join(folders[labels[i]], nameOfSample(places?.[i] ?? first + i, count)), png);
    };
    for (const label of new Set(labels)) {
      if (!made.has(folders[label])) await mkdir(folders[label]);
      made.add(folders[label]);
    }
    const kept = Math.min(labels.length, count - first);
    // Waits for all writes: none may be running when the folder is removed.
    const written = await Promise.allSettled(Array.from({ length: kept }, (_, i) => write(i)));
    const failed = written.find((outcome) => outcome.status === 'rejected');
    if (failed) throw failed.reason;
    for (const { name, rowOf } of sideFiles) {
      const rows = Array.from({ length: kept }, (_, i) => {
        const own = conditions.subarray(i * conditionWidth, (i + 1) * conditionWidth);
        const inFolder = conditional ? `${folderOfClass(classNames[labels[i]])}/` : '';
        const sample = places?.[i] ?? first + i;
        return rowOf(own, `${inFolder}${nameOfSample(sample, count)}`, sample);
      });
      await appendFile(join(folder, name), Buffer.concat(rows));
    }
    first += kept;
  }
}

function nameOfSample(index: number, count: number): string {
  const digits = Math.max(MIN_DIGITS, String(count - 1).length);
  return `${String(index).padStart(digits, '0')}.png`;
}

/**
 * Writes samples as a zip archive of PNG files, `<class>/00042.png` or `00042.png`: one file that tells the names of the classes. Written
 * completely, or not at all; the bytes are the same every time.
 *
 * @throws {StorageError} if it cannot be written
 */
export async function writeSampleZip(
  path: string,
  samples: SampleStream,
  { beforeReplace }: Pick<WriteOptions, 'beforeReplace'> = {},
): Promise<void> {
  await writeWholeWith(path, async (partial) => {
    await writeZip(partial, zipEntries(samples));
    await beforeReplace?.();
  });
}

async function* zipEntries({ form, conditional, count, chunks }: SampleStream): AsyncGenerator<NewZipEntry> {
  const { height, width, channels, classNames } = form;
  const bytes = height * width * channels;
  // In an archive a letter and a colon would be a drive.
  const folders = classNames.map((name) => `${folderOfClass(name).replace(/^([a-z]):/i, '$1%3A')}/`);
  let first = 0;
  for await (const { pixels, labels } of chunks()) {
    const kept = Math.min(labels.length, count - first);
    for (let i = 0; i < kept; i++) {
      const own = pixels.subarray(i * bytes, (i + 1) * bytes);
      const content = await encodePng({ width, height, channels, pixels: own });
      const folder = conditional ? folders[labels[i]] : '';
      yield { name: `${folder}${nameOfSample(first + i, count)}`, content };
    }
    first += kept;
  }
}

/** A safe folder name for a class name from a manifest; different for different classes. */
export function folderOfClass(name: string): string {
  // With the u flag the halves of a pair don't match, only lone ones, which stand for bytes that are no UTF-8.
  return name.replace(
    /[/\\\0%]|^\.|[\ud800-\udfff]/gu,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`,
  );
}

/**
 * Writes samples as `.npz`: `arr_0` uint8 [count, size, size, 3], gray ones with the same value three times, and `arr_1` int32 [count] with class
 * indices if they have classes, and `conditions` float32 [count, width] if they have conditions. Written completely, or not at all.
 *
 * @throws {StorageError} if it cannot be written
 */
export async function writeSampleArrays(path: string, samples: SampleStream): Promise<void> {
  const { form, conditional, count, conditionWidth = 0, signal } = samples;
  const labels = new Int32Array(count);
  const conditions = new Float32Array(count * conditionWidth);
  const write = (partial: string) =>
    writeStreamedNpz(partial, {
      arr_0: {
        type: '|u1',
        shape: [count, form.height, form.width, 3],
        pieces: colorPieces(samples, labels, conditions),
      },
      ...(conditional && { arr_1: { type: '<i4' as const, shape: [count], pieces: bytesOf(labels) } }),
      ...(conditionWidth > 0 && {
        conditions: { type: '<f4' as const, shape: [count, conditionWidth], pieces: bytesOf(conditions) },
      }),
    });
  await writeWholeWith(path, write, { signal });
}

/** The samples' pixels in color. Fills `labels` and `conditions` as a side effect. */
async function* colorPieces(
  { form, count, conditionWidth = 0, chunks }: SampleStream,
  labels: Int32Array,
  conditions: Float32Array,
): AsyncGenerator<Uint8Array> {
  let first = 0;
  for await (const chunk of chunks()) {
    const kept = Math.min(chunk.labels.length, count - first);
    labels.set(chunk.labels.subarray(0, kept), first);
    if (chunk.conditions) {
      conditions.set(chunk.conditions.subarray(0, kept * conditionWidth), first * conditionWidth);
    }
    const own = chunk.pixels.subarray(0, kept * form.height * form.width * form.channels);
    yield form.channels === 3
      ? own
      : Uint8Array.from({ length: 3 * own.length }, (_, i) => own[Math.floor(i / 3)]);
    first += kept;
  }
}

/** The bytes of numbers, read after the pixels were written. */
async function* bytesOf({ buffer }: Int32Array | Float32Array): AsyncGenerator<Uint8Array> {
  yield new Uint8Array(buffer);
}
