import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync } from 'node:zlib';
import { type Fields, parquetFile, plainValues, type TestParquet } from '../../images/parquet-file.js';
import { dot } from '../../images/picture-folder.js';
import { type HostileCase, scoreFile } from '../hostile-case.js';

const REAL = fileURLToPath(new URL('../../../fixtures/hugging-face/', import.meta.url));
const BROTLI = 4;
const SNAPPY = 1;
const ZSTANDARD = 6;
const MIB = 2 ** 20;

function refusedFile(
  name: string,
  file: string,
  bytes: () => Buffer,
  says: string,
  exit: 3 | 4 = 3,
): HostileCase {
  return { name, make: (folder) => scoreFile(folder, file, bytes()), exit, says: new RegExp(says) };
}

function refused(name: string, parquet: () => TestParquet, says: string): HostileCase {
  return refusedFile(name, 'set.parquet', () => parquetFile(parquet()), `set\\.parquet" ${says}`);
}

const sound = () => plainValues(dot(1), dot(2));
const page = (facts: object = {}) => ({ data: sound(), values: 2, ...facts });
const cut = (file: string, end: number) => () => readFileSync(REAL + file).subarray(0, end);

/** Lists in lists, as deep as asked. */
function deepSchema(depth: number): Fields[] {
  const groups = Array.from({ length: depth }, (_, i): Fields => ({ 3: 2, 4: `list${i}`, 5: 1 }));
  return [{ 4: 'schema', 5: 1 }, ...groups, { 1: 6, 4: 'image' }];
}

/** A field that no reader knows, with structures in structures. */
function deepField(depth: number): Fields {
  let fields: Fields = { 1: 1 };
  for (let i = 0; i < depth; i++) fields = { 1: fields };
  return fields;
}

/** A footer of 600,000 row groups of one byte each. */
function manyGroups(): Buffer {
  const groups = Buffer.concat([Buffer.from([0x49, 0xfc, 0xc0, 0xcf, 0x24]), Buffer.alloc(600_001)]);
  const tail = Buffer.from('....PAR1');
  tail.writeUInt32LE(groups.length);
  return Buffer.concat([Buffer.from('PAR1'), groups, tail]);
}

/**
 * A head of 16 MiB whose columns are in one another, each with all the rest of the head for its own columns: read as they stand, a hundred
 * million.
 */
function sharedColumns(): Buffer {
  const bytes = Buffer.alloc((1 << 24) - 8);
  const table = (at: number, vtable: number, fields: readonly number[]) => {
    bytes.writeInt32LE(at - vtable, at);
    bytes.writeUInt16LE(4 + 2 * fields.length, vtable);
    for (const [i, offset] of fields.entries()) bytes.writeUInt16LE(offset, vtable + 4 + 2 * i);
  };
  const point = (at: number, to: number) => bytes.writeUInt32LE(to - at, at);
  point(0, 64);
  table(64, 16, [0, 4, 8]);
  bytes[68] = 1;
  point(72, 128);
  table(128, 100, [0, 4]);
  point(132, 512);
  for (let vector = 512; vector < 512 + 31 * 128; vector += 128) {
    const column = vector + 64;
    bytes.writeUInt32LE(Math.floor((bytes.length - vector - 12) / 4), vector);
    point(vector + 4, column);
    table(column, 200, [0, 0, 8, 0, 0, 12]);
    bytes[column + 8] = 13;
    point(column + 12, vector + 128);
  }
  const head = Buffer.from([0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0]);
  head.writeUInt32LE(bytes.length, 4);
  return Buffer.concat([head, bytes]);
}

/** Levels that state a run of a billion rows. */
const LONG_RUN = Buffer.from([6, 0, 0, 0, 0x80, 0xa8, 0xd6, 0xb9, 0x07, 1]);

export const parquets: readonly HostileCase[] = [
  refusedFile('Parquet of its mark alone', 'set.parquet', () => Buffer.from('PAR1'), 'is cut short'),
  refusedFile(
    'Parquet cut in its pages',
    'set.parquet',
    cut('parquet/none.parquet', 3000),
    'does not end as a Parquet file',
  ),
  refusedFile(
    'Parquet whose footer states 4 GiB',
    'set.parquet',
    () => Buffer.from('PAR1....\xff\xff\xff\xffPAR1', 'latin1'),
    'states a footer of 4294967295 bytes, more than it has',
  ),
  refusedFile(
    'Parquet of noise for a footer',
    'set.parquet',
    () =>
      Buffer.concat([
        Buffer.from('PAR1'),
        Buffer.alloc(64, 0x3c),
        Buffer.from([64, 0, 0, 0]),
        Buffer.from('PAR1'),
      ]),
    'set\\.parquet" (is cut short|has|states)',
  ),
  refusedFile(
    'Parquet with an encrypted footer',
    'set.parquet',
    () => Buffer.from('PARE....\0\0\0\0PARE'),
    'is encrypted: write it without encryption',
  ),
  refused(
    'Parquet of structures in structures',
    () => ({ pages: [page()], footer: (fields) => ({ ...fields, 9: deepField(1000) }) }),
    'has structures that are too deep',
  ),
  refused(
    'Parquet of lists in lists',
    () => ({ pages: [page()], schema: deepSchema(1000) }),
    'has a schema of more than 32 levels',
  ),
  refused(
    'Parquet that states a billion columns',
    () => ({
      pages: [page()],
      schema: [
        { 4: 'schema', 5: 2 ** 30 },
        { 1: 6, 4: 'image' },
      ],
    }),
    'has a damaged schema \\(it names columns that are not there\\)',
  ),
  refused(
    'Parquet that states a billion rows',
    () => ({ pages: [page()], rows: 1e9 }),
    'states 1000000000 rows in \\d+ bytes',
  ),
  refusedFile(
    'Parquet of 600,000 empty row groups',
    'set.parquet',
    manyGroups,
    'has a list of 600000 entries, more than 524288',
  ),
  refused('Parquet of no rows', () => ({ pages: [], rows: 0 }), 'holds no pictures'),
  refused(
    'Parquet whose column begins behind its end',
    () => ({ pages: [page()], offset: 2 ** 40 }),
    'has a damaged footer \\(it names parts that are not in the file\\)',
  ),
  refused(
    'Parquet whose column has a petabyte',
    () => ({ pages: [page()], packedBytes: 2 ** 50 }),
    'has a damaged footer \\(it names parts that are not in the file\\)',
  ),
  refused(
    'Parquet whose page has a gigabyte',
    () => ({ pages: [page({ packedBytes: 2 ** 30 })] }),
    'has a page that is cut short',
  ),
  refused(
    'Parquet with a page of fewer values than stated',
    () => ({ pages: [page()], rows: 3 }),
    'has fewer values than it states',
  ),
  refused(
    'Parquet with a page of more values than stated',
    () => ({ pages: [page({ values: 3 })], rows: 2 }),
    'has more values than it states',
  ),
  refused(
    'Parquet whose values are longer than their page',
    () => ({ pages: [{ data: Buffer.alloc(8, 0xff), values: 2 }] }),
    'has a page that is cut short',
  ),
  refused(
    'Parquet with a page that unpacks to 2 GiB',
    () => ({
      codec: BROTLI,
      pages: [page({ data: brotliCompressSync(sound()), unpackedBytes: 2 ** 31 - 1 })],
    }),
    'has a page of 2147483647 bytes, more than 268435456',
  ),
  refused(
    'Parquet with a bomb of 256 MiB behind a page of 60 bytes',
    () => ({
      codec: BROTLI,
      pages: [page({ data: brotliCompressSync(Buffer.alloc(256 * MIB)), unpackedBytes: 60 })],
    }),
    'has a page whose Brotli data are damaged',
  ),
  refused(
    'Parquet with a Snappy page that states another size',
    () => ({
      codec: SNAPPY,
      pages: [page({ data: Buffer.from([0xff, 0xff, 0xff, 0xff, 0x0f, 0, 0]), unpackedBytes: 60 })],
    }),
    'has a page whose Snappy data are damaged',
  ),
  refused(
    'Parquet with noise for Zstandard',
    () => ({ codec: ZSTANDARD, pages: [page({ data: Buffer.alloc(100, 0xb5), unpackedBytes: 60 })] }),
    'has a page whose Zstandard data are damaged',
  ),
  refused(
    'Parquet packed by a codec that there is not',
    () => ({ codec: 99, pages: [page()] }),
    'is packed by codec 99, which is not read',
  ),
  refused(
    'Parquet that states a petabyte unpacked',
    () => ({
      codec: SNAPPY,
      unpackedBytes: 2 ** 50,
      pages: [page({ data: Buffer.from([1, 0, 0]), unpackedBytes: 1, values: 2 })],
    }),
    'has a page that is cut short',
  ),
  refused(
    'Parquet with places of a dictionary that it does not have',
    () => ({ pages: [page({ encoding: 8, data: Buffer.from([3, 4, 7]) })] }),
    'names values of a dictionary that is not there',
  ),
  refused(
    'Parquet with an unknown encoding',
    () => ({ pages: [page({ encoding: 77 })] }),
    'has an encoding \\(77\\) that is not read',
  ),
  {
    name: 'Parquet with a run of a billion levels over two rows',
    make: (folder) =>
      scoreFile(
        folder,
        'set.parquet',
        parquetFile({ isOptional: true, pages: [{ data: Buffer.concat([LONG_RUN, sound()]), values: 2 }] }),
      ),
    exit: 0,
    says: /: 2 pictures/,
  },
  {
    name: 'Parquet of two rows without bytes',
    make: (folder) =>
      scoreFile(
        folder,
        'set.parquet',
        parquetFile({ isOptional: true, pages: [{ data: Buffer.from([2, 0, 0, 0, 4, 0]), values: 2 }] }),
      ),
    exit: 3,
    says: /2 pictures of .* cannot be decoded \(each of "0", "1" has no bytes in the table\)/,
  },
  refusedFile(
    'Arrow cut in a record batch',
    'set.arrow',
    cut('saved/data-00000-of-00001.arrow', 3000),
    'The Arrow file ".*set\\.arrow" is cut short',
  ),
  refusedFile(
    'Arrow file without its index',
    'set.arrow',
    cut('arrow/file.arrow', 5000),
    'does not end as an Arrow file does',
  ),
  refusedFile(
    'Arrow of noise',
    'set.arrow',
    () => Buffer.alloc(200, 0x7f),
    'The Arrow file ".*set\\.arrow" has a message that is damaged',
  ),
  refusedFile(
    'Arrow that states a message of 4 GiB',
    'set.arrow',
    () => Buffer.from([0xff, 0xff, 0xff, 0xff, 0xf0, 0xff, 0xff, 0xff, 0, 0]),
    'has a message that is damaged',
  ),
  refusedFile(
    'Arrow whose columns share their columns',
    'set.arrow',
    sharedColumns,
    'The Arrow file ".*set\\.arrow" has a head that is damaged',
  ),
  refusedFile(
    'Arrow packed by LZ4',
    'set.arrow',
    cut('arrow/packed.arrow', 1e6),
    'is packed by LZ4: write it without compression',
  ),
  refusedFile(
    'Arrow whose places of values run backwards',
    'set.arrow',
    () => {
      const bytes = readFileSync(`${REAL}saved/data-00000-of-00001.arrow`);
      // The first two offsets of the pictures: 0 and the length of the first, 364.
      const at = bytes.indexOf(Buffer.from([0, 0, 0, 0, 0x6c, 1, 0, 0]));
      bytes.writeInt32LE(-364, at + 4);
      return bytes;
    },
    'has values that are not in the file',
  ),
];
