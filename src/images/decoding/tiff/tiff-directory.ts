import { DamagedPicture, TRUNCATED } from '../damaged-picture.js';
import { ByteReader } from './byte-reader.js';

/** What the first directory of a TIFF file says of its picture (TIFF 6.0, 1992; BigTIFF). */
export interface TiffDirectory {
  readonly isLittleEndian: boolean;
  readonly width: number;
  readonly height: number;
  /** Bits of each band. */
  readonly bits: readonly number[];
  /** SampleFormat of each band: 1 unsigned, 2 signed, 3 floating point. */
  readonly formats: readonly number[];
  readonly photometric: number;
  readonly compression: number;
  readonly predictor: number;
  readonly bands: number;
  /** Whether each band is stored apart (PlanarConfiguration 2). */
  readonly isPlanar: boolean;
  /** ExtraSamples: 0 unspecified, 1 associated alpha, 2 unassociated alpha. */
  readonly extra: readonly number[];
  readonly fillOrder: number;
  readonly orientation: number;
  /** YCbCrSubSampling, across and down. */
  readonly subsampling: readonly number[];
  readonly inkSet: number;
  /** Whether it is stored in tiles, which are whole also where the picture ends within one. */
  readonly isTiled: boolean;
  /** Width and height of a tile; a strip is a tile as wide as the picture. */
  readonly tile: readonly [number, number];
  readonly offsets: readonly number[];
  readonly byteCounts: readonly number[];
  /** Whether other pages follow. */
  readonly hasMorePages: boolean;
}

const TAG = {
  width: 256,
  height: 257,
  bits: 258,
  compression: 259,
  photometric: 262,
  fillOrder: 266,
  stripOffsets: 273,
  orientation: 274,
  bands: 277,
  rowsPerStrip: 278,
  stripByteCounts: 279,
  planarConfiguration: 284,
  predictor: 317,
  tileWidth: 322,
  tileHeight: 323,
  tileOffsets: 324,
  tileByteCounts: 325,
  inkSet: 332,
  extraSamples: 338,
  sampleFormat: 339,
  subsampling: 530,
} as const;

/** Bytes of a value of each type of whole numbers: BYTE, SHORT, LONG, IFD, LONG8, IFD8. */
const TYPE_BYTES: Readonly<Record<number, number>> = { 1: 1, 3: 2, 4: 4, 13: 4, 16: 8, 18: 8 };
/** More than any picture has; the offsets of a picture in strips of one row are as many as its rows. */
const MAX_VALUES = 1 << 20;
const MAX_ENTRIES = 4096;
/** Tags with a value for each part of the picture. */
const LONG_TAGS: ReadonlySet<number> = new Set([
  TAG.stripOffsets,
  TAG.stripByteCounts,
  TAG.tileOffsets,
  TAG.tileByteCounts,
]);
const WANTED: ReadonlySet<number> = new Set(Object.values(TAG));

export function isTiff(bytes: Buffer): boolean {
  return /^(II[*+]\0|MM\0[*+])/.test(bytes.toString('latin1', 0, 4));
}

/**
 * Reads the first directory of a TIFF file.
 *
 * @throws {DamagedPicture} for one that points out of the file, or states what no picture has
 */
export function readTiffDirectory(bytes: Buffer): TiffDirectory {
  const reader = new ByteReader(bytes, bytes[0] === 0x49);
  const isBig = reader.uint(2, 2) === 43;
  const start = isBig ? reader.uint(8, 8) : reader.uint(4, 4);
  const { values, next } = readEntries(reader, start, isBig);
  const one = (tag: number, otherwise: number) => values.get(tag)?.[0] ?? otherwise;
  const width = one(TAG.width, 0);
  const height = one(TAG.height, 0);
  const bands = one(TAG.bands, 1);
  if (bands < 1 || bands > MAX_ENTRIES) throw new DamagedPicture(`has ${bands} bands, which are not read`);
  const isTiled = values.has(TAG.tileOffsets);
  const rows = Math.min(one(TAG.rowsPerStrip, height), height);
  return {
    isLittleEndian: reader.isLittleEndian,
    width,
    height,
    bits: perBand(values.get(TAG.bits), bands, 1),
    formats: perBand(values.get(TAG.sampleFormat), bands, 1),
    photometric: one(TAG.photometric, -1),
    compression: one(TAG.compression, 1),
    predictor: one(TAG.predictor, 1),
    bands,
    isPlanar: one(TAG.planarConfiguration, 1) === 2,
    extra: values.get(TAG.extraSamples) ?? [],
    fillOrder: one(TAG.fillOrder, 1),
    orientation: one(TAG.orientation, 1),
    subsampling: values.get(TAG.subsampling) ?? [2, 2],
    inkSet: one(TAG.inkSet, 1),
    isTiled,
    tile: isTiled ? [one(TAG.tileWidth, 0), one(TAG.tileHeight, 0)] : [width, rows],
    offsets: values.get(isTiled ? TAG.tileOffsets : TAG.stripOffsets) ?? [],
    byteCounts: values.get(isTiled ? TAG.tileByteCounts : TAG.stripByteCounts) ?? [],
    hasMorePages: next !== 0,
  };
}

/** Some writers state one value for all bands. */
function perBand(values: readonly number[] | undefined, bands: number, otherwise: number): number[] {
  return Array.from({ length: bands }, (_, band) => values?.[band] ?? values?.[0] ?? otherwise);
}

/** The values of the wanted tags, and where the next directory is; 0 if there is none. */
function readEntries(
  reader: ByteReader,
  start: number,
  isBig: boolean,
): { values: Map<number, number[]>; next: number } {
  const [countBytes, entryBytes, fieldBytes] = isBig ? [8, 20, 8] : [2, 12, 4];
  const count = reader.uint(start, countBytes);
  if (count > MAX_ENTRIES) throw new DamagedPicture(`is corrupt: its directory has ${count} entries`);
  const values = new Map<number, number[]>();
  for (let i = 0; i < count; i++) {
    const at = start + countBytes + i * entryBytes;
    const tag = reader.uint(at, 2);
    const width = TYPE_BYTES[reader.uint(at + 2, 2)];
    if (!WANTED.has(tag) || width === undefined || values.has(tag)) continue;
    const length = reader.uint(at + 4, fieldBytes);
    if (length > (LONG_TAGS.has(tag) ? MAX_VALUES : MAX_ENTRIES))
      throw new DamagedPicture(`is corrupt: its tag ${tag} has ${length} values`);
    const field = at + 4 + fieldBytes;
    const from = length * width <= fieldBytes ? field : reader.uint(field, fieldBytes);
    if (from + length * width > reader.bytes.length) throw new DamagedPicture(TRUNCATED);
    values.set(
      tag,
      Array.from({ length }, (_, k) => reader.uint(from + k * width, width)),
    );
  }
  const end = start + countBytes + count * entryBytes;
  // A file that ends behind its last entry has no other page.
  const next = end + fieldBytes <= reader.bytes.length ? reader.uint(end, fieldBytes) : 0;
  return { values, next };
}
