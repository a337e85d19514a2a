import { PthFault, quote } from '../fault.js';
import { ByteSource } from '../pickle/byte-source.js';
import { PickleDict, PickleList } from '../pickle/pickle-values.js';
import { readPickle } from '../pickle/read-pickle.js';
import { collectTensors } from '../pickle/state-dict.js';
import { TorchWorld } from '../pickle/torch-objects.js';
import { FileRange, type RandomFile } from '../random-file.js';
import type { WeightFormat, WeightTable } from '../weight-format.js';

const MAGIC_NUMBER = 0x1950a86a20f9469cfc6cn;
const PROTOCOL_VERSION = 1001;
const SIZE_BYTES = 8;

const PICKLE_START = 0x80;
/** Where a safetensors file, whose first byte may be any, has a brace, and a pickle of protocol 2 to 4 has none. */
const BRACE = { at: 8, byte: 0x7b };

/** What torch.save wrote before PyTorch 1.6. */
export const TORCH_LEGACY: WeightFormat = {
  title: 'a pickle',
  matches: (start) => start[0] === PICKLE_START && start[BRACE.at] !== BRACE.byte,
  read: readTorchLegacy,
};

/**
 * Takes apart a file of PyTorch before 1.6: pickles of a magic number, a protocol version, facts about the
 * system, the saved object and the storages' keys, then each storage in the order of the keys: its number of
 * elements as int64, and its bytes. They are little-endian wherever they were written. Source: `_legacy_save`
 * in torch/serialization.py.
 *
 * @throws {PthFault}
 */
async function readTorchLegacy(file: RandomFile): Promise<WeightTable> {
  const source = new ByteSource(new FileRange(file, { name: 'the file', start: 0, byteLength: file.size }));
  const world = new TorchWorld();
  if (readPickle(source, world) !== MAGIC_NUMBER)
    throw new PthFault("is a pickle, but not one of torch.save's");
  if (readPickle(source, world) !== PROTOCOL_VERSION)
    throw new PthFault('has another protocol version than 1001');
  if (!(readPickle(source, world) instanceof PickleDict))
    throw new PthFault('has no facts about the system it is from');
  const value = readPickle(source, world);
  const keys = readPickle(source, world);
  if (!(keys instanceof PickleList)) throw new PthFault('has no list of storages');
  const storages = await locateStorages(file, keys, source.position, world);
  return { ...collectTensors(value), storages, littleEndian: true };
}

async function locateStorages(
  file: RandomFile,
  keys: PickleList,
  start: number,
  { storages }: TorchWorld,
): Promise<Map<string, FileRange>> {
  const located = new Map<string, FileRange>();
  let at = start;
  for (const key of keys.items) {
    const storage = typeof key === 'string' ? storages.get(key) : undefined;
    if (!storage) throw new PthFault('lists a storage that no tensor uses');
    const name = `the storage ${quote(storage.key)}`;
    if (located.has(storage.key)) throw new PthFault(`lists ${name} twice`);
    if (at + SIZE_BYTES > file.size) throw new PthFault(`is cut short before ${name}`);
    const size = Buffer.alloc(SIZE_BYTES);
    await file.read(size, at);
    at += SIZE_BYTES;
    const elements = size.readBigInt64LE();
    if (elements !== BigInt(storage.length)) {
      throw new PthFault(
        `has ${elements} elements in ${name} where ${storage.length} belong (byte ${at - SIZE_BYTES})`,
      );
    }
    if (storage.byteLength > file.size - at) throw new PthFault(`is cut short in ${name}`);
    located.set(storage.key, new FileRange(file, { name, start: at, byteLength: storage.byteLength }));
    at += storage.byteLength;
  }
  if (at !== file.size) throw new PthFault(`has ${file.size - at} bytes behind its last storage`);
  for (const key of storages.keys()) {
    if (!located.has(key)) throw new PthFault(`has no bytes for the storage ${quote(key)}`);
  }
  return located;
}
