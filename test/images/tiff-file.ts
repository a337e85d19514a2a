/** What a TIFF file of one strip holds. */
export interface TiffParts {
  readonly width: number;
  readonly height: number;
  readonly bands: number;
  readonly data: Uint8Array;
  /** @default 8 each */
  readonly bits?: readonly number[];
  readonly format?: number;
  readonly photometric?: number;
  readonly compression?: number;
  readonly planar?: number;
  readonly extra?: readonly number[];
  readonly inkSet?: number;
  readonly subsampling?: readonly number[];
  readonly stripBytes?: number;
  readonly stripOffset?: number;
  /** Tags by number, in place of those that follow from the rest. */
  readonly tags?: Readonly<Record<number, readonly number[]>>;
  /** Where the next directory is said to be. @default 0 */
  readonly next?: number;
}

const LONG = 4;

/** Bytes of a little-endian TIFF file whose every value is a LONG. */
export function tiffFile(parts: TiffParts): Buffer {
  const { width, height, bands, data, bits = Array(bands).fill(8) } = parts;
  const tags: Record<number, readonly number[] | undefined> = {
    256: [width],
    257: [height],
    258: bits,
    259: [parts.compression ?? 1],
    262: parts.photometric === undefined ? undefined : [parts.photometric],
    273: [parts.stripOffset ?? 8],
    277: [bands],
    278: [height],
    279: [parts.stripBytes ?? data.length],
    284: [parts.planar ?? 1],
    332: parts.inkSet === undefined ? undefined : [parts.inkSet],
    338: parts.extra,
    339: parts.format === undefined ? undefined : Array(bands).fill(parts.format),
    530: parts.subsampling,
    ...parts.tags,
  };
  const entries = Object.entries(tags).flatMap(([tag, values]) =>
    values ? [{ tag: Number(tag), values }] : [],
  );
  const start = 8 + data.length + (data.length % 2);
  const directory = Buffer.alloc(2 + entries.length * 12 + 4);
  const outside: Buffer[] = [];
  let at = start + directory.length;
  directory.writeUInt16LE(entries.length, 0);
  for (const [i, { tag, values }] of entries.entries()) {
    const bytes = Buffer.alloc(4 * values.length);
    for (const [k, value] of values.entries()) bytes.writeUInt32LE(value, 4 * k);
    const entry = 2 + i * 12;
    directory.writeUInt16LE(tag, entry);
    directory.writeUInt16LE(LONG, entry + 2);
    directory.writeUInt32LE(values.length, entry + 4);
    if (values.length === 1) bytes.copy(directory, entry + 8);
    else {
      directory.writeUInt32LE(at, entry + 8);
      outside.push(bytes);
      at += bytes.length;
    }
  }
  directory.writeUInt32LE(parts.next ?? 0, directory.length - 4);
  const head = Buffer.from('II*\0\0\0\0\0', 'latin1');
  head.writeUInt32LE(start, 4);
  return Buffer.concat([head, data, Buffer.alloc(data.length % 2), directory, ...outside]);
}
