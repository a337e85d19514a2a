import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readFooter } from '../../../src/archives/parquet/footer.js';
import { type Cell, readColumn } from '../../../src/archives/parquet/read-column.js';
import { withOpenFile } from '../../../src/archives/random-access.js';
import { ImagesError } from '../../../src/core/errors.js';
import { type OpenImagesOptions, openImages } from '../../../src/images/open.js';

/** Written by pyarrow and Hugging Face's datasets: see the README there. */
const REAL = fileURLToPath(new URL('../../../fixtures/hugging-face/', import.meta.url));

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'ganeval-hugging-face-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** All that a source gives: names, labels, digests, sizes and pixels. */
async function readAll(path: string, options: OpenImagesOptions = {}) {
  const source = await openImages(path, options);
  try {
    const { entries, classNames, warnings, kind } = source;
    const inspections = [...(await source.inspect())];
    const pixels: (string | Uint8Array)[] = [];
    for await (const outcome of source.pictures(entries.keys())) {
      pixels.push(outcome.ok ? outcome.pixels : outcome.reason);
    }
    const labels = entries.map(({ label }) => label);
    return { kind, ids: entries.map(({ id }) => id), labels, classNames, warnings, inspections, pixels };
  } finally {
    await source.close();
  }
}

const bytesOf = ({ labels, classNames, inspections, pixels }: Awaited<ReturnType<typeof readAll>>) => ({
  labels,
  classNames,
  inspections,
  pixels,
});

describe('a Hugging Face data set', () => {
  it.each([
    'none',
    'snappy',
    'gzip',
    'brotli',
    'zstd',
    'lz4',
    'version-2',
    'plain-checksums',
    'delta-length',
    'delta',
  ])('as Parquet (%s) is the folder, to the byte', async (name) => {
    const wanted = await readAll(join(REAL, 'pictures'));
    expect(await readAll(join(REAL, `parquet/${name}.parquet`))).toEqual({ ...wanted, kind: 'parquet' });
  });

  it('as an Arrow file is the folder, to the byte, in the file format and in the stream format', async () => {
    const wanted = await readAll(join(REAL, 'pictures'));
    expect(await readAll(join(REAL, 'arrow/file.arrow'))).toEqual({ ...wanted, kind: 'arrow' });
    const saved = await readAll(join(REAL, 'saved/data-00000-of-00001.arrow'));
    expect(bytesOf(saved)).toEqual(bytesOf(wanted));
    // `save_to_disk` keeps no paths of embedded pictures, so that rows are numbered.
    expect(saved.ids[11]).toBe('11');
  });

  it('names rows by their number where paths are missing or repeat, and reads a bare column with class names', async () => {
    const wanted = bytesOf(await readAll(join(REAL, 'pictures')));
    for (const name of ['binary-column', 'repeated-paths']) {
      const found = await readAll(join(REAL, `parquet/${name}.parquet`));
      expect(bytesOf(found)).toEqual(wanted);
      expect(found.ids.slice(0, 2)).toEqual(['00', '01']);
    }
  });

  it.each(['parquet/not-embedded.parquet', 'arrow/external.arrow'])(
    'says of a row without bytes why (%s)',
    async (name) => {
      const { pixels, inspections, labels } = await readAll(join(REAL, name));
      expect(pixels[1]).toBe(
        'is not in the table, which has only its path (embed the files before writing it)',
      );
      expect(pixels[2]).toBe('has no bytes in the table');
      expect(inspections[1]).toMatchObject({ width: 0, height: 0 });
      expect(pixels.filter((each) => typeof each === 'string')).toHaveLength(2);
      expect(labels).toEqual([0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2]);
    },
  );

  it('has no labels where all are -1, and where several columns could be meant', async () => {
    const unlabeled = await readAll(join(REAL, 'parquet/unlabeled.parquet'));
    expect(unlabeled).toMatchObject({ classNames: undefined, warnings: [] });
    const two = await readAll(join(REAL, 'parquet/two-labels.parquet'));
    expect(two.classNames).toBeUndefined();
    expect(two.warnings).toEqual([
      'there are no labels, because several columns have some (fine_label, coarse_label): name one with --label-column',
    ]);
  });

  it('is read as a clone of it stands, by splits of its shards', async () => {
    const wanted = bytesOf(await readAll(join(REAL, 'pictures')));
    for (const path of ['repository', 'repository/data']) {
      const train = await readAll(join(REAL, path), { split: 'train' });
      expect(bytesOf(train)).toEqual(wanted);
      expect(train).toMatchObject({ kind: 'parquet', warnings: [] });
    }
    const test = await readAll(join(REAL, 'repository'), { split: 'test' });
    expect(test.inspections).toEqual([0, 4, 8].map((i) => wanted.inspections[i]));
    expect((await readAll(join(REAL, 'repository'), { split: 'all' })).ids.slice(0, 4)).toEqual([
      'test-00000-of-00001/0',
      'test-00000-of-00001/1',
      'test-00000-of-00001/2',
      'train-00000-of-00002/0',
    ]);
    await expect(openImages(join(REAL, 'repository'))).rejects.toThrow(
      'holds splits, which are no classes: test (1 file), train (2 files); choose one with --split',
    );
  });

  it('is read as save_to_disk leaves it, with or without splits', async () => {
    const wanted = bytesOf(await readAll(join(REAL, 'pictures')));
    expect(bytesOf(await readAll(join(REAL, 'saved')))).toEqual(wanted);
    expect(bytesOf(await readAll(join(REAL, 'saved-splits'), { split: 'train' }))).toEqual(wanted);
    const { ids } = await readAll(join(REAL, 'saved-splits'), { split: 'all' });
    expect(new Set(ids).size).toBe(15);
  });

  it('takes its labels from the column that is named', async () => {
    const path = join(REAL, 'parquet/two-labels.parquet');
    const { classNames, labels } = await readAll(path, { labelColumn: 'coarse_label' });
    expect(classNames).toEqual(['animal', 'vehicle']);
    expect(labels).toEqual([0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1]);
    await expect(openImages(path, { labelColumn: 'size' })).rejects.toThrow(
      'has no column "size" of labels (it has fine_label, coarse_label): name one of those.',
    );
    await expect(openImages(join(REAL, 'pictures'), { labelColumn: 'size' })).rejects.toThrow(
      'There is no metadata.csv',
    );
  });

  it('gives a random subset that is the same in every form', async () => {
    const options = { limit: 5, seed: 3 };
    const wanted = await readAll(join(REAL, 'pictures'), options);
    expect(wanted.ids).toHaveLength(5);
    expect(await readAll(join(REAL, 'parquet/zstd.parquet'), options)).toEqual({
      ...wanted,
      kind: 'parquet',
    });
  });

  it('reads a picture again after others', async () => {
    const source = await openImages(join(REAL, 'parquet/snappy.parquet'));
    const { pixels } = await readAll(join(REAL, 'pictures'));
    for (const index of [11, 0, 7]) expect((await source.picture(index)).pixels).toEqual(pixels[index]);
    await source.close();
  });
});

const cells = async (path: string, column: number, inPlace: boolean) => {
  const bytes = readFileSync(path);
  return withOpenFile(path, async (file) => {
    const found: (Buffer | null)[] = [];
    for await (const page of readColumn(file, await readFooter(file), column, inPlace)) {
      found.push(...page.map((cell) => toBuffer(cell, bytes)));
    }
    return found;
  });
};

function toBuffer(cell: Cell, file: Buffer): Buffer | null {
  if (cell === null || typeof cell === 'bigint') return null;
  return cell instanceof Uint8Array
    ? Buffer.from(cell)
    : file.subarray(cell.offset, cell.offset + cell.bytes);
}

describe('Parquet files of another writer', () => {
  it('give the values that were written, missing ones too', async () => {
    const value = fc.option(fc.uint8Array({ maxLength: 40 }));
    const settings = fc.record({
      data: fc.array(value, { minLength: 1, maxLength: 300 }),
      codec: fc.constantFrom('UNCOMPRESSED' as const, 'SNAPPY' as const),
      pageSize: fc.constantFrom(60, 2000),
      rowGroupSize: fc.constantFrom(7, 1000),
      repeats: fc.boolean(),
    });
    await fc.assert(
      fc.asyncProperty(settings, async ({ data, codec, pageSize, rowGroupSize, repeats }) => {
        const written = repeats ? data.map((_, i) => data[i % 3] ?? null) : data;
        const path = join(folder, 'random.parquet');
        const columnData = [{ name: 'image', data: written, type: 'BYTE_ARRAY' as const }];
        writeFileSync(path, Buffer.from(parquetWriteBuffer({ columnData, codec, pageSize, rowGroupSize })));
        const expected = written.map((each) => each && Buffer.from(each));
        expect(await cells(path, 0, true)).toEqual(expected);
        expect(await cells(path, 0, false)).toEqual(expected);
      }),
      { numRuns: 60 },
    );
  });
});

describe('a damaged table', () => {
  it('with a page of no bytes, where the length of its levels should stand, is refused', async () => {
    const bytes = readFileSync(join(REAL, 'parquet/delta.parquet'));
    bytes[10] = 0;
    const path = join(folder, 'empty-page.parquet');
    writeFileSync(path, bytes);
    await expect(readAll(path)).rejects.toThrow(ImagesError);
  });

  it.each([
    'parquet/version-2.parquet',
    'parquet/snappy.parquet',
    'parquet/lz4.parquet',
    'parquet/delta.parquet',
    'arrow/file.arrow',
    'saved/data-00000-of-00001.arrow',
  ])('is refused in a sentence, or read (%s)', async (name) => {
    const sound = readFileSync(join(REAL, name));
    const path = join(folder, `damaged.${name.split('.').at(-1)}`);
    const change = fc.record({ at: fc.nat(sound.length - 1), value: fc.nat(255) });
    const metadata = fc.record({
      at: fc.integer({ min: Math.floor(sound.length * 0.75), max: sound.length - 1 }),
      value: fc.nat(255),
    });
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.oneof(change, metadata), { minLength: 1, maxLength: 4 }),
        async (changes) => {
          const bytes = Buffer.from(sound);
          for (const { at, value } of changes) bytes[at] = value;
          writeFileSync(path, bytes);
          await readAll(path).catch((error) => expect(error).toBeInstanceOf(ImagesError));
        },
      ),
      { numRuns: 150 },
    );
  });
});
