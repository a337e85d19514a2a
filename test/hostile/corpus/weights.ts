import { join } from 'node:path';
import { crc32, deflateRawSync } from 'node:zlib';
import { bytes, dict, global, pickle, tensor } from '../../pytorch/pickle-bytes.js';
import { entriesOf, zip } from '../../pytorch/pth-bytes.js';
import { type HostileCase, put } from '../hostile-case.js';

/** Imports a file of weights; the store must stay as it was. */
function weights(
  name: string,
  files: Readonly<Record<string, Uint8Array | string>>,
  says: RegExp,
): HostileCase {
  return {
    name: `weights ${name}`,
    make: (folder) => {
      put(folder, files);
      const [first] = Object.keys(files);
      return { args: ['models', 'import', join(folder, first), '--models-dir', join(folder, 'store')] };
    },
    exit: 4,
    says,
  };
}

/** A safetensors file of this header and so many bytes. */
function safetensors(header: unknown, data: number, length?: number): Buffer {
  const text = Buffer.from(JSON.stringify(header));
  const size = Buffer.alloc(8);
  size.writeBigUInt64LE(BigInt(length ?? text.length));
  return Buffer.concat([size, text, Buffer.alloc(data)]);
}

const tensorAt = (begin: number, end: number, shape: readonly number[]) => ({
  dtype: 'F32',
  shape,
  data_offsets: [begin, end],
});
const shards = (file: string) => JSON.stringify({ weight_map: { 'fc.weight': file } });

/** A module of the archive's own class, whose code would run a command. */
function script(): Buffer {
  const module = Buffer.concat([
    global('__torch__.net', 'Net'),
    bytes(0x29, 0x81),
    dict({ weight: tensor() }),
    bytes(0x62),
  ]);
  const code = Buffer.from('import os\nos.system("touch /tmp/hacked")\n');
  const packed = deflateRawSync(code);
  return zip([
    ...entriesOf(pickle(module)),
    { name: 'net/constants.pkl', data: Buffer.from('\x80\x02cposix\nsystem\n.', 'latin1') },
    { name: 'net/code/__torch__/net.py', data: packed, method: 8, crc: crc32(code), size: code.length },
  ]);
}

export const weightFiles: readonly HostileCase[] = [
  weights(
    'in safetensors that end early',
    { 'w.safetensors': safetensors({ 'fc.weight': tensorAt(0, 16, [2, 2]) }, 15) },
    /is cut short/,
  ),
  weights(
    'in safetensors whose header is longer than the file',
    { 'w.safetensors': safetensors({ a: 1 }, 0, 2 ** 40) },
    /is cut short: its header has/,
  ),
  weights(
    'in safetensors that claim 16 TB',
    { 'w.safetensors': safetensors({ 'fc.weight': tensorAt(0, 2 ** 44, [2 ** 21, 2 ** 21]) }, 16) },
    /is cut short: its tensors have/,
  ),
  weights(
    'in safetensors whose tensors overlap',
    { 'w.safetensors': safetensors({ a: tensorAt(0, 16, [4]), b: tensorAt(0, 16, [4]) }, 16) },
    /where 16 is next/,
  ),
  weights(
    'of no network, in an archive with code',
    { 'w.pt': script() },
    /has the weights of no architecture that is known here/,
  ),
  weights(
    'in shards above their folder',
    { 'w.safetensors.index.json': shards('../secret.safetensors') },
    /which is no file beside it/,
  ),
  weights(
    'in shards that are gone',
    { 'w.safetensors.index.json': shards('gone.safetensors') },
    /cannot be read \(ENOENT\)/,
  ),
  weights(
    'in shards of which one lies',
    {
      'w.safetensors.index.json': shards('other.safetensors'),
      'other.safetensors': safetensors({ other: tensorAt(0, 16, [4]) }, 16),
    },
    /which has no such tensor/,
  ),
  weights(
    'of another network',
    {
      'w.safetensors': safetensors(
        { 'fc.weight': tensorAt(0, 80, [10, 2]), 'conv1.weight': tensorAt(80, 96, [4]) },
        96,
      ),
    },
    /nearest is inception-v3-fid, .* it has fc\.weight of \[10, 2\], not \[1008, 2048\]/,
  ),
];
