import { crc32 } from 'node:zlib';
import { ascii, bytes, dict, integer, pickle, tensor, text, uint32 } from './pickle-bytes.js';

/** One entry of a zip file; what is given beside name and data is a lie or an oddity. */
export interface ZipEntry {
  readonly name: string;
  readonly data: Buffer;
  readonly localName?: string;
  readonly method?: number;
  readonly flags?: number;
  readonly crc?: number;
  readonly size?: number;
  readonly offset?: number;
}

const uint16 = (value: number) => bytes(value & 0xff, value >> 8);

/** A zip file of stored entries, as lean as the format allows. */
export function zip(entries: readonly ZipEntry[], count = entries.length): Buffer {
  const locals: Buffer[] = [];
  const directory: Buffer[] = [];
  let at = 0;
  for (const entry of entries) {
    const size = entry.size ?? entry.data.length;
    const facts = Buffer.concat([
      uint16(20),
      uint16(entry.flags ?? 0),
      uint16(entry.method ?? 0),
      uint32(0),
      uint32(entry.crc ?? crc32(entry.data)),
      uint32(entry.method || entry.flags === 1 ? entry.data.length : size),
      uint32(size),
    ]);
    const name = ascii(entry.name);
    const localName = ascii(entry.localName ?? entry.name);
    const local = [ascii('PK\x03\x04'), facts, uint16(localName.length), uint16(0), localName, entry.data];
    const place = [Buffer.alloc(10), uint32(entry.offset ?? at)];
    directory.push(ascii('PK\x01\x02'), uint16(20), facts, uint16(name.length), uint16(0), ...place, name);
    locals.push(...local);
    at += Buffer.concat(local).length;
  }
  const list = Buffer.concat(directory);
  const end = [
    ascii('PK\x05\x06'),
    uint32(0),
    uint16(count),
    uint16(count),
    uint32(list.length),
    uint32(at),
    uint16(0),
  ];
  return Buffer.concat([...locals, list, ...end]);
}

export const FOUR_FLOATS = Buffer.from(new Float32Array([1, 2, 3, 4]).buffer);

/** What torch.save writes for one tensor `weight` of four values, but for what is given. */
export function entriesOf(
  data: Buffer = pickle(dict({ weight: tensor() })),
  storage: Buffer = FOUR_FLOATS,
): ZipEntry[] {
  return [
    { name: 'net/data.pkl', data },
    { name: 'net/data/0', data: storage },
    { name: 'net/version', data: ascii('3\n') },
  ];
}

/** A file of PyTorch 1.6 or later around a pickle. */
export const zipped = (data: Buffer, storage?: Buffer): Buffer => zip(entriesOf(data, storage));

export const MAGIC = pickle(bytes(0x8a, 10), Buffer.from('6cfc9c46f9206aa85019', 'hex'));

/** A file of PyTorch before 1.6 around a pickle, with one storage "0" of four values. */
export function legacy({
  magic = MAGIC,
  protocol = pickle(integer(1001)),
  system = pickle(dict({})),
  data = legacyPickle(),
  keys = ['0'],
  size = 4n,
  storage = FOUR_FLOATS,
  trailer = Buffer.alloc(0),
}: {
  magic?: Buffer;
  protocol?: Buffer;
  system?: Buffer;
  data?: Buffer;
  keys?: readonly string[];
  size?: bigint;
  storage?: Buffer;
  trailer?: Buffer;
} = {}): Buffer {
  const list = pickle(ascii(']('), ...keys.map(text), ascii('e'));
  const length = Buffer.alloc(8);
  length.writeBigInt64LE(size);
  return Buffer.concat([magic, protocol, system, data, list, length, storage, trailer]);
}

function legacyPickle(): Buffer {
  return pickle(dict({ weight: tensor() }));
}
