import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { crc32, deflateRawSync } from 'node:zlib';
import { dot } from '../../images/picture-folder.js';
import { type TestEntry, writeZip } from '../../images/zip-file.js';
import { type HostileCase, score, scoreFile } from '../hostile-case.js';
import { zerosPacked } from './png.js';

const LOCAL = 0x04034b50;
const RECORD = 0x02014b50;
const MIB = 2 ** 20;

/** An entry as bytes, with a directory that may tell otherwise. */
export interface RawEntry {
  readonly name: string;
  /** As stored. */
  readonly data: Buffer;
  readonly method?: number;
  /** What the directory states; the truth where absent. */
  readonly bytes?: number;
  readonly crc?: number;
  /** Offset of the local header that the directory states. */
  readonly offset?: number;
  readonly flags?: number;
  readonly extra?: Buffer;
}

/** A zip archive of entries that say whatever they like. */
export function rawZip(entries: readonly RawEntry[], end: { count?: number; start?: number } = {}): Buffer {
  const locals: Buffer[] = [];
  const records: Buffer[] = [];
  let at = 0;
  for (const {
    name,
    data,
    method = 0,
    bytes = data.length,
    crc = crc32(data),
    offset,
    flags = 0,
    extra,
  } of entries) {
    const nameBytes = Buffer.from(name);
    const extraBytes = extra ?? Buffer.alloc(0);
    const shared = Buffer.alloc(26);
    shared.writeUInt16LE(20, 0);
    shared.writeUInt16LE(flags, 2);
    shared.writeUInt16LE(method, 4);
    shared.writeUInt32LE(0x5a210000, 6);
    shared.writeUInt32LE(crc, 10);
    shared.writeUInt32LE(extra ? 2 ** 32 - 1 : data.length, 14);
    shared.writeUInt32LE(extra ? 2 ** 32 - 1 : bytes, 18);
    shared.writeUInt16LE(nameBytes.length, 22);
    shared.writeUInt16LE(extraBytes.length, 24);
    const signature = (value: number) => {
      const head = Buffer.alloc(4);
      head.writeUInt32LE(value);
      return head;
    };
    const tail = Buffer.alloc(14);
    tail.writeUInt32LE(offset ?? at, 10);
    records.push(signature(RECORD), Buffer.from([20, 3]), shared, tail, nameBytes, extraBytes);
    const local = Buffer.concat([signature(LOCAL), shared, nameBytes, extraBytes, data]);
    locals.push(local);
    at += local.length;
  }
  const directory = Buffer.concat(records);
  const last = Buffer.alloc(22);
  last.write('PK\x05\x06', 'latin1');
  last.writeUInt16LE(end.count ?? entries.length, 8);
  last.writeUInt16LE(end.count ?? entries.length, 10);
  last.writeUInt32LE(directory.length, 12);
  last.writeUInt32LE(end.start ?? at, 16);
  return Buffer.concat([...locals, directory, last]);
}

const sound: RawEntry = { name: 'sound.png', data: dot(1) };

/** Zip64's sizes in an extra field. */
function zip64(bytes: bigint, stored: bigint): Buffer {
  const field = Buffer.alloc(20);
  field.writeUInt16LE(1, 0);
  field.writeUInt16LE(16, 2);
  field.writeBigUInt64LE(bytes, 4);
  field.writeBigUInt64LE(stored, 12);
  return field;
}

/** Deflate's own bytes of so many MiB of zeros. */
export const zeros = (mebibytes: number) => zerosPacked(mebibytes).subarray(2, -4);
/** The checksum of so many MiB of zeros. */
const zerosCrc = (mebibytes: number) => {
  const piece = Buffer.alloc(MIB);
  let sum = 0;
  for (let i = 0; i < mebibytes; i++) sum = crc32(piece, sum);
  return sum;
};

/** The archive is refused as a whole. */
function refused(name: string, make: () => Buffer, says: string): HostileCase {
  return {
    name,
    make: (folder) => scoreFile(folder, 'set.zip', make()),
    exit: 3,
    says: new RegExp(`"…?.*set\\.zip" .*${says}`),
  };
}

/** The archive's other pictures are sound. */
function badEntry(name: string, entry: () => RawEntry, says: string): HostileCase {
  return {
    name,
    make: (folder) => scoreFile(folder, 'set.zip', rawZip([sound, entry()])),
    exit: 3,
    says: new RegExp(`1 of the pictures of .*set\\.zip cannot be read.*"${entry().name}" ${says}`),
  };
}

async function made(
  folder: string,
  entries: readonly TestEntry[],
  change: (bytes: Buffer) => Buffer = (b) => b,
) {
  const path = await writeZip(join(folder, 'set.zip'), entries);
  writeFileSync(path, change(readFileSync(path)));
  return score(path);
}

export const zip: readonly HostileCase[] = [
  refused(
    'zip slip: an entry ../../escaped.png',
    () => rawZip([sound, { name: '../../escaped.png', data: dot(2) }]),
    'invalid relative path',
  ),
  refused(
    'zip slip: an entry /tmp/escaped.png',
    () => rawZip([sound, { name: '/tmp/escaped.png', data: dot(2) }]),
    'absolute path',
  ),
  refused(
    'zip slip: an entry C:\\escaped.png',
    () => rawZip([sound, { name: 'C:\\escaped.png', data: dot(2) }]),
    '(absolute path|invalid characters)',
  ),
  refused(
    'zip slip: an entry ..\\escaped.png',
    () => rawZip([sound, { name: '..\\escaped.png', data: dot(2) }]),
    'invalid',
  ),
  {
    name: 'zip with a link to /etc/passwd named as a picture',
    make: (folder) => made(folder, [{ name: 'a.png', bytes: Buffer.from('/etc/passwd'), mode: 0o120777 }]),
    exit: 3,
    says: /"a\.png" is a link/,
  },
  refused(
    'zip with an encrypted entry',
    () => rawZip([{ ...sound, data: deflateRawSync(dot(1)), method: 8, flags: 1 }]),
    '"sound.png" is encrypted',
  ),
  refused('zip with an entry packed by method 99', () => rawZip([{ ...sound, method: 99 }]), 'method 99'),
  refused(
    'zip with an entry that claims 4 GB in 70 bytes',
    () => rawZip([{ ...sound, method: 8, bytes: 4e9 }]),
    'claims to unpack from',
  ),
  refused(
    'zip64 with an entry that claims 2^53 bytes',
    () => rawZip([{ ...sound, extra: zip64(2n ** 53n - 1n, 2n ** 53n - 1n) }]),
    'overlaps what follows|cannot be used',
  ),
  refused(
    'zip64 with an entry that claims 2^64 bytes',
    () => rawZip([{ ...sound, extra: zip64(2n ** 64n - 1n, 70n) }]),
    'cannot be used',
  ),
  refused(
    'zip with two records of one entry',
    () => rawZip([sound, { name: 'again.png', data: dot(1), offset: 0 }]),
    'overlaps what follows it',
  ),
  refused(
    'zip whose entries overlap, one within the other',
    () =>
      rawZip([
        { name: 'outer.png', data: rawZip([sound]) },
        { ...sound, offset: 39 },
      ]),
    'overlaps what follows it',
  ),
  refused('zip with the same name twice', () => rawZip([sound, sound]), '"sound.png" twice'),
  refused(
    'zip that states 65,000 entries and has one',
    () => rawZip([sound], { count: 65_000 }),
    'cannot be used',
  ),
  refused(
    'zip whose directory lies beyond its end',
    () => rawZip([sound], { start: 2 ** 31 }),
    'cannot be used',
  ),
  refused('zip cut in its directory', () => rawZip([sound]).subarray(0, -30), 'cannot be used'),
  refused('zip of four bytes', () => Buffer.from('PK\x03\x04', 'latin1'), 'cannot be used'),
  refused('zip without entries', () => rawZip([]), 'is empty'),
  refused(
    'zip of zips of zips',
    () => rawZip([{ name: 'inner.zip', data: rawZip([{ name: 'inner.zip', data: rawZip([sound]) }]) }]),
    'has no pictures, only 1 .zip',
  ),
  badEntry(
    'zip whose entry fails its checksum',
    () => ({ name: 'bad.png', data: dot(2), crc: 1 }),
    'is damaged',
  ),
  badEntry(
    'zip whose entry unpacks to more than it states',
    () => ({ name: 'bad.png', data: deflateRawSync(Buffer.alloc(5000)), method: 8, bytes: 4000 }),
    'does not unpack to the size',
  ),
  badEntry(
    'zip whose entry unpacks to less than it states',
    () => ({ name: 'bad.png', data: deflateRawSync(Buffer.alloc(5000)), method: 8, bytes: 6000 }),
    'does not unpack to the size',
  ),
  badEntry(
    'zip whose entry is noise in place of deflate',
    () => ({ name: 'bad.png', data: Buffer.alloc(100, 0xff), method: 8, bytes: 200 }),
    'cannot be unpacked',
  ),
  badEntry(
    'zip bomb: 4 GB of zeros, 1000 to 1',
    () => ({ name: 'bad.png', data: zeros(3900), method: 8, bytes: 3900 * MIB, crc: 0 }),
    'has 4089446400 bytes, more than',
  ),
  badEntry(
    'zip bomb: 900 MB of zeros, 1000 to 1',
    () => ({ name: 'bad.png', data: zeros(900), method: 8, bytes: 900 * MIB, crc: zerosCrc(1) }),
    'has 943718400 bytes, more than',
  ),
  {
    name: 'zip bomb: 200 MB of zeros, 1000 to 1, with the right checksum',
    make: (folder) =>
      scoreFile(
        folder,
        'set.zip',
        rawZip([
          sound,
          { name: 'bad.png', data: zeros(200), method: 8, bytes: 200 * MIB, crc: zerosCrc(200) },
        ]),
      ),
    exit: 3,
    says: /"bad\.png" is not a PNG/,
  },
  {
    name: 'zip bomb: a dataset.json of 500 MB',
    make: (folder) =>
      scoreFile(
        folder,
        'set.zip',
        rawZip([sound, { name: 'dataset.json', data: zeros(500), method: 8, bytes: 500 * MIB, crc: 0 }]),
      ),
    exit: 3,
    says: /dataset\.json" of .* has 524288000 bytes, more than/,
  },
  {
    name: 'zip with a dataset.json of labels that are code',
    make: (folder) =>
      scoreFile(
        folder,
        'set.zip',
        rawZip([
          sound,
          { name: 'dataset.json', data: Buffer.from('{"labels": [["sound.png", "process.exit()"]]}') },
        ]),
      ),
    exit: 0,
    says: /: 1 picture/,
  },
  {
    name: 'zip with a dataset.json that pollutes prototypes',
    make: (folder) =>
      scoreFile(
        folder,
        'set.zip',
        rawZip([
          sound,
          { name: 'dataset.json', data: Buffer.from('{"__proto__": {"labels": [["sound.png", 1]]}}') },
        ]),
      ),
    exit: 0,
    says: /: 1 picture,/,
  },
];
