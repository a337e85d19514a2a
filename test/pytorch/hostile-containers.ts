import { deflateRawSync } from 'node:zlib';
import { ascii, call, dict, FALSE, global, integer, pickle, tensor, text, tuple } from './pickle-bytes.js';
import { entriesOf, FOUR_FLOATS, legacy, MAGIC, zip } from './pth-bytes.js';
import type { Case } from './refusal.js';

const weight = (value: Buffer): Buffer => pickle(dict({ weight: value }));

const [data, stored, version] = entriesOf();
const bomb = deflateRawSync(Buffer.alloc(50_000_000));

export const zips: readonly Case[] = [
  ['no data.pkl', () => zip([stored, version]), /no data.pkl/],
  ['two data.pkl', () => zip([data, stored, version, { ...data, name: 'other/data.pkl' }]), /2 data.pkl/],
  ['no version', () => zip([data, stored]), /has no version/],
  [
    'a version that is no number',
    () => zip([data, stored, { ...version, data: ascii('\x1b[2J') }]),
    /format version "/,
  ],
  [
    'a version of the future',
    () => zip([data, stored, { ...version, data: ascii('11') }]),
    /format version 11/,
  ],
  [
    'a byte order of the middle',
    () => zip([...entriesOf(), { name: 'net/byteorder', data: ascii('middle') }]),
    /byte order "middle"/,
  ],
  ['an entry twice', () => zip([data, stored, version, stored]), /holds "net\/data\/0" twice/],
  [
    'an encrypted entry',
    () => zip([data, { ...stored, flags: 1, data: Buffer.alloc(28), size: 16 }, version]),
    /"net\/data\/0" is encrypted\): pack it again without a password/,
  ],
  ['a strongly encrypted entry', () => zip([data, { ...stored, flags: 0x41 }, version]), /strong encryption/],
  [
    'a deflated bomb for a storage',
    () => zip([data, { ...stored, data: bomb, method: 8, size: 50_000_000 }, version]),
    /compressed zip entry "net\/data\/0"/,
  ],
  [
    'a deflated bomb for the pickle',
    () => zip([{ ...data, data: bomb, method: 8, size: 50_000_000 }, stored, version]),
    /compressed zip entry "net\/data.pkl"/,
  ],
  [
    'another checksum for the pickle',
    () => zip([{ ...data, crc: 1 }, stored, version]),
    /"net\/data.pkl" has another checksum/,
  ],
  [
    'another checksum for a storage',
    () => zip([data, { ...stored, crc: 1 }, version]),
    /"net\/data\/0" has another checksum/,
  ],
  [
    'an entry that climbs out',
    () => zip([...entriesOf(), { ...stored, name: '../../etc/passwd' }]),
    /zip file that cannot be used \(invalid relative path/,
  ],
  [
    'an entry with an absolute path',
    () => zip([...entriesOf(), { ...stored, name: '/etc/passwd' }]),
    /zip file that cannot be used \(absolute path/,
  ],
  [
    'an entry with a backslash',
    () => zip([...entriesOf(), { ...stored, name: 'net\\data\\1' }]),
    /zip file that cannot be used \(invalid characters/,
  ],
  [
    'an entry with two names',
    () => zip([data, { ...stored, localName: 'net/data/1' }, version]),
    /in two ways/,
  ],
  [
    'an entry over another',
    () => zip([data, stored, version, { ...stored, name: 'net/data/1', offset: 0 }]),
    /overlaps what follows it/,
  ],
  [
    'an entry within another',
    () => {
      const inner = zip([{ name: 'net/data/0', data: FOUR_FLOATS }]);
      const outer = { name: 'net/extra', data: inner };
      return zip([outer, data, { ...stored, offset: 30 + 'net/extra'.length }, version]);
    },
    /"net\/extra" overlaps what follows it/,
  ],
  [
    'an entry larger than the file',
    () => zip([data, { ...stored, size: 2 ** 31 }, version]),
    /"net\/data\/0" lies outside the file/,
  ],
  [
    'an entry beyond the file',
    () => zip([data, { ...stored, offset: 2 ** 31 }, version]),
    /"net\/data\/0" lies outside the file/,
  ],
  ['more entries than there are', () => zip(entriesOf(), 60_000), /states 60000 entries, more than fit/],
  [
    'a directory beyond the file',
    () => withUint32(zip(entriesOf()), -6, 2 ** 32 - 2),
    /zip file that cannot be used/,
  ],
  ['a zip64 directory at 2^64', () => withZip64(Buffer.alloc(8, 0xff)), /zip file that cannot be used/],
  [
    '2^60 zip64 entries',
    () => withZip64(Buffer.alloc(8, 0), 2n ** 60n),
    /states 1152921504606847\d* entries, more than fit/,
  ],
  ['the start of a zip, then nothing', () => ascii('PK\x03\x04'), /zip file that cannot be used/],
];

function withUint32(file: Buffer, at: number, value: number): Buffer {
  file.writeUInt32LE(value, file.length + at);
  return file;
}

/** A zip with a zip64 end record that states a number of entries and where their list is. */
function withZip64(offset: Buffer, entries = 3n): Buffer {
  const plain = zip(entriesOf());
  const end = plain.subarray(-22);
  const body = plain.subarray(0, -22);
  const record = Buffer.alloc(56);
  record.write('PK\x06\x06', 'latin1');
  record.writeBigUInt64LE(44n, 4);
  record.writeBigUInt64LE(entries, 32);
  offset.copy(record, 48);
  const locator = Buffer.alloc(20);
  locator.write('PK\x06\x07', 'latin1');
  locator.writeBigUInt64LE(BigInt(body.length), 8);
  return Buffer.concat([body, record, locator, end]);
}

export const legacies: readonly Case[] = [
  ['another magic number', () => legacy({ magic: pickle(integer(1)) }), /not one of torch.save's/],
  ['only the magic number', () => MAGIC, /is cut short/],
  ['another protocol', () => legacy({ protocol: pickle(integer(1002)) }), /protocol version/],
  ['facts that are a number', () => legacy({ system: pickle(integer(1)) }), /no facts about the system/],
  ['a storage without a tensor', () => legacy({ keys: ['0', '1'] }), /lists a storage that no tensor uses/],
  ['a storage twice', () => legacy({ keys: ['0', '0'] }), /lists the storage "0" twice/],
  [
    'a tensor without a storage',
    () => legacy({ keys: [], storage: Buffer.alloc(0) }),
    /behind its last storage/,
  ],
  ['a size that is larger', () => legacy({ size: 5n }), /5 elements in the storage "0" where 4 belong/],
  ['a size of -1', () => legacy({ size: -1n }), /-1 elements/],
  ['a size of 2^63 - 1', () => legacy({ size: 2n ** 63n - 1n }), /9223372036854775807 elements/],
  [
    'a size of 2^40 that both places agree on',
    () => legacy({ size: 2n ** 40n, data: weight(tensor({ length: 2n ** 40n })) }),
    /is cut short in the storage "0"/,
  ],
  ['a byte too few', () => legacy({ storage: FOUR_FLOATS.subarray(1) }), /is cut short in the storage "0"/],
  ['a byte too many', () => legacy({ trailer: ascii('x') }), /1 bytes behind its last storage/],
  [
    'a storage that is a view of another',
    () => {
      const id = tuple(
        text('storage'),
        global('torch', 'FloatStorage'),
        text('0'),
        text('cpu'),
        integer(4),
        tuple(text('1'), integer(0), integer(4)),
      );
      return legacy({
        data: weight(
          call(
            global('torch._utils', '_rebuild_tensor'),
            id,
            ascii('Q'),
            integer(0),
            tuple(integer(4)),
            tuple(integer(1)),
            FALSE,
          ),
        ),
      });
    },
    /a view of another/,
  ],
];
