/** What a made shared library says of itself. */
export interface MadeElf {
  readonly soname?: string;
  readonly needed?: readonly string[];
  readonly rpath?: string;
  readonly runpath?: string;
  /** 62 is 64-bit x86, 183 is 64-bit ARM. */
  readonly processor?: number;
  /** 2 is 64 bits, 1 is 32. */
  readonly bits?: 1 | 2;
  /** Bytes after all else, as a version. */
  readonly rest?: string;
}

const HEADER = 64;
const SEGMENT = 56;
/** Where the file is loaded: addresses are not offsets. */
const BASE = 0x10000;

/** The smallest shared library that says what it needs (System V gABI): header, two segments, dynamic section, names. */
export function elfBytes({
  soname,
  needed = [],
  rpath,
  runpath,
  processor = 62,
  bits = 2,
  rest = '',
}: MadeElf): Buffer {
  const names: string[] = [''];
  const place = (name: string) => {
    const at = Buffer.byteLength(names.join('\0')) + 1;
    names.push(name);
    return at;
  };
  const entries: [tag: number, value: number][] = needed.map((name) => [1, place(name)]);
  if (soname !== undefined) entries.push([14, place(soname)]);
  if (rpath !== undefined) entries.push([15, place(rpath)]);
  if (runpath !== undefined) entries.push([29, place(runpath)]);
  const strings = Buffer.from(`${names.join('\0')}\0`);
  const dynamicAt = HEADER + 2 * SEGMENT;
  const dynamicBytes = (entries.length + 2) * 16;
  const stringsAt = dynamicAt + dynamicBytes;
  entries.push([5, BASE + stringsAt], [0, 0]);
  const bytes = Buffer.alloc(stringsAt);
  bytes.write('\x7fELF', 'latin1');
  bytes.set([bits, 1, 1], 4);
  bytes.writeUInt16LE(3, 16);
  bytes.writeUInt16LE(processor, 18);
  bytes.writeBigUInt64LE(BigInt(HEADER), 32);
  bytes.writeUInt16LE(SEGMENT, 54);
  bytes.writeUInt16LE(2, 56);
  writeSegment(bytes, HEADER, { type: 1, offset: 0, bytes: stringsAt + strings.length });
  writeSegment(bytes, HEADER + SEGMENT, { type: 2, offset: dynamicAt, bytes: dynamicBytes });
  for (const [i, [tag, value]] of entries.entries()) {
    bytes.writeBigInt64LE(BigInt(tag), dynamicAt + i * 16);
    bytes.writeBigUInt64LE(BigInt(value), dynamicAt + i * 16 + 8);
  }
  return Buffer.concat([bytes, strings, Buffer.from(rest, 'latin1')]);
}

function writeSegment(
  target: Buffer,
  at: number,
  { type, offset, bytes }: { readonly type: number; readonly offset: number; readonly bytes: number },
): void {
  target.writeUInt32LE(type, at);
  target.writeBigUInt64LE(BigInt(offset), at + 8);
  target.writeBigUInt64LE(BigInt(BASE + offset), at + 16);
  target.writeBigUInt64LE(BigInt(bytes), at + 32);
}

/** What the provider of onnxruntime-gpu 1.30.0 needs of NVIDIA. */
export const PROVIDER_NEEDS = [
  'libcublasLt.so.13',
  'libcublas.so.13',
  'libcurand.so.10',
  'libcudart.so.13',
  'libcuda.so.1',
];
