import { PthFault, quote, SAVE_STATE_DICT } from '../fault.js';
import { ByteSource } from '../pickle/byte-source.js';
import { readPickle } from '../pickle/read-pickle.js';
import { ScriptWorld } from '../pickle/script-objects.js';
import { collectOfModule, collectTensors } from '../pickle/state-dict.js';
import { TorchWorld } from '../pickle/torch-objects.js';
import type { FileRange, RandomFile } from '../random-file.js';
import type { WeightFormat, WeightTable } from '../weight-format.js';
import { readZipRanges } from '../zip-ranges.js';

/** What PyTorch 2 reads at most (kMaxSupportedFileFormatVersion). */
const MAX_VERSION = 10;
const MAX_SHORT_TEXT_BYTES = 64;

const START = Buffer.from('PK\x03\x04', 'latin1');

/** What torch.save writes since PyTorch 1.6, and torch.jit.save. */
export const TORCH_ZIP: WeightFormat = {
  title: 'a zip',
  matches: (start) => start.subarray(0, START.length).equals(START),
  read: readTorchZip,
};

/**
 * Takes apart a file of PyTorch since 1.6: a zip of NAME/data.pkl, NAME/data/KEY for each storage,
 * NAME/version and, since 2.1, NAME/byteorder. Source: `_save` in torch/serialization.py. A TorchScript archive has NAME/constants.pkl and
 * NAME/code beside these, which are left alone.
 *
 * @throws {PthFault}
 */
async function readTorchZip(file: RandomFile): Promise<WeightTable> {
  const entries = await readZipRanges(file, isCode);
  const pickles = [...entries].filter(([name]) => /^[^/]+\/data\.pkl$/.test(name));
  if (pickles.length !== 1) {
    throw new PthFault(
      `is a zip file with ${pickles.length || 'no'} data.pkl, not one of torch.save's`,
      SAVE_STATE_DICT,
    );
  }
  const [[pickleName, pickle]] = pickles;
  const root = pickleName.slice(0, -'data.pkl'.length);
  await checkVersion(entries.get(`${root}version`));
  const littleEndian = await isLittleEndian(entries.get(`${root}byteorder`));
  await pickle.check();
  const source = new ByteSource(pickle);
  const isScript = entries.has(`${root}constants.pkl`);
  const world = isScript ? new ScriptWorld() : new TorchWorld();
  const value = readPickle(source, world);
  if (source.remaining > 0)
    throw new PthFault(`has ${source.remaining} bytes behind the pickle in ${pickle.name}`);
  const storages = new Map<string, FileRange>();
  for (const { key, byteLength } of world.storages.values()) {
    const bytes = entries.get(`${root}data/${key}`);
    if (!bytes) throw new PthFault(`has no zip entry for the storage ${quote(key)}`);
    if (bytes.byteLength !== byteLength) {
      throw new PthFault(`has ${bytes.byteLength} bytes in ${bytes.name} where ${byteLength} belong`);
    }
    storages.set(key, bytes);
  }
  const collected = isScript ? collectOfModule(value) : collectTensors(value);
  return { ...collected, storages, littleEndian };
}

/** The code of a TorchScript archive, which is compressed. */
function isCode(entry: string): boolean {
  return /^[^/]+\/code\//.test(entry);
}

async function checkVersion(entry: FileRange | undefined): Promise<void> {
  if (!entry) throw new PthFault("has no version, as every file of torch.save's");
  const version = await readShortText(entry);
  if (!/^\d{1,9}$/.test(version) || Number(version) < 1)
    throw new PthFault(`has the format version ${quote(version)}`);
  if (Number(version) > MAX_VERSION) {
    throw new PthFault(
      `has format version ${version}; 1 to ${MAX_VERSION} are read`,
      'save it with an older PyTorch',
    );
  }
}

async function isLittleEndian(entry: FileRange | undefined): Promise<boolean> {
  if (!entry) return true;
  const order = await readShortText(entry);
  if (order !== 'little' && order !== 'big') throw new PthFault(`has the byte order ${quote(order)}`);
  return order === 'little';
}

async function readShortText(entry: FileRange): Promise<string> {
  if (entry.byteLength > MAX_SHORT_TEXT_BYTES)
    throw new PthFault(`has ${entry.byteLength} bytes in ${entry.name}`);
  const bytes = Buffer.alloc(entry.byteLength);
  await entry.read(bytes, 0);
  return bytes.toString('latin1').trim();
}
