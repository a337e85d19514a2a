import { codeOf } from '../core/error-code.js';
import { NetworkError } from '../core/errors.js';
import { PthFault, quote } from './fault.js';
import { FORMATS } from './formats/index.js';
import { RandomFile } from './random-file.js';
import { isShardIndex, openShards } from './shards.js';
import { DTYPES, type DtypeName, type PthTensor, readTensor, type TensorRef } from './tensor.js';
import type { WeightTable } from './weight-format.js';

export type { PthTensor } from './tensor.js';

export interface PthTensorFacts {
  readonly shape: readonly number[];
  readonly dtype: DtypeName;
}

/** An open file of weights: its names and shapes are known, values are read one tensor at a time. Close it. */
export interface PthFile {
  /** In the order of the file. */
  readonly tensors: ReadonlyMap<string, PthTensorFacts>;
  /** The key of a checkpoint under which they are, if they are not the whole of the file. */
  readonly wrapper?: string;
  /** Paths of the files that have the tensors, where the file itself is an index of these. */
  readonly shards?: readonly string[];
  /**
   * Reads one tensor.
   *
   * @throws {NetworkError} where its bytes are damaged
   * @throws {RangeError} for a name that is not in `tensors`
   */
  read(name: string): Promise<PthTensor>;
  /**
   * Makes sure that its files are what they were when they were opened.
   *
   * @throws {NetworkError} if one was changed, replaced or removed
   */
  checkUnchanged(): Promise<void>;
  close(): Promise<void>;
}

/**
 * Opens weights that PyTorch's torch.save wrote, in the layout of 1.6 or the one before: a state_dict, flat
 * or nested, or a checkpoint that has one under `state_dict`, `model`, `ema` or the like; a TorchScript archive; a safetensors file; or the index
 * (`.index.json`) of several such files. Nothing in the file is ever executed, and no size in
 * it is believed before it is checked against the file. Tensors may be floating-point
 * or whole numbers, views included.
 *
 * @throws {NetworkError} one sentence, where the file is absent, damaged, hostile or holds anything else
 */
export function openPth(path: string): Promise<PthFile> {
  return isShardIndex(path) ? openShards(path, openOne) : openOne(path);
}

function openOne(path: string): Promise<PthFile> {
  return inOneSentence(path, async () => {
    const file = await RandomFile.open(path);
    try {
      const table = await readTable(file);
      checkAmounts(table.tensors, file.size);
      return new OpenPth(path, file, table);
    } catch (error) {
      await file.close();
      throw error;
    }
  });
}

/** Reads all tensors of a `.pth` file by name; see `openPth`. Memory: the tensors, and one more at a time. */
export async function readPth(path: string): Promise<Map<string, PthTensor>> {
  const pth = await openPth(path);
  try {
    const tensors = new Map<string, PthTensor>();
    for (const name of pth.tensors.keys()) tensors.set(name, await pth.read(name));
    return tensors;
  } finally {
    await pth.close();
  }
}

class OpenPth implements PthFile {
  readonly tensors: ReadonlyMap<string, PthTensorFacts>;
  readonly wrapper?: string;

  constructor(
    private readonly path: string,
    private readonly file: RandomFile,
    private readonly table: WeightTable,
  ) {
    this.wrapper = table.wrapper;
    this.tensors = new Map(
      [...table.tensors].map(([name, { shape, storage }]) => [name, { shape, dtype: storage.dtype }]),
    );
  }

  async read(name: string): Promise<PthTensor> {
    const ref = this.table.tensors.get(name);
    if (!ref)
      throw new RangeError(`expected the name of a tensor in ${this.path} but received ${quote(name)}`);
    const { storages, littleEndian } = this.table;
    const bytes = storages.get(ref.storage.key);
    if (!bytes) throw new Error(`the storage ${ref.storage.key} of ${this.path} was not located`);
    return inOneSentence(this.path, () => readTensor(ref, bytes, littleEndian));
  }

  checkUnchanged(): Promise<void> {
    return inOneSentence(this.path, () => this.file.checkUnchanged());
  }

  close(): Promise<void> {
    return this.file.close();
  }
}

const START_BYTES = 16;
const QUOTED_BYTES = 4;

async function readTable(file: RandomFile): Promise<WeightTable> {
  if (file.size === 0) throw new PthFault('is empty');
  const start = Buffer.alloc(Math.min(START_BYTES, file.size));
  await file.read(start, 0);
  const format = FORMATS.find((each) => each.matches(start));
  if (format) return format.read(file);
  const known = FORMATS.map(({ title }) => title).join(' nor ');
  throw new PthFault(`begins with ${quote(start.toString('latin1', 0, QUOTED_BYTES))}, neither ${known}`);
}

/** How many times over a file's bytes may be used by tensors that share storages. Tied weights take 2. */
const MAX_SHARING = 4;
/** Small files may share more. */
const ALWAYS_ALLOWED_BYTES = 1024 * 1024;

/** Tensors that overlap could otherwise make any number of values, or of reads, out of few bytes. */
function checkAmounts(tensors: ReadonlyMap<string, TensorRef>, fileBytes: number): void {
  let read = 0;
  let made = 0;
  for (const { storage, span, count } of tensors.values()) {
    read += span * DTYPES[storage.dtype].bytes;
    made += count * DTYPES[storage.dtype].bytes;
  }
  if (Math.max(read, made) > MAX_SHARING * fileBytes + ALWAYS_ALLOWED_BYTES) {
    throw new PthFault(`makes ${made} bytes of tensors out of a file of ${fileBytes}`);
  }
}

async function inOneSentence<T>(path: string, task: () => Promise<T>): Promise<T> {
  try {
    return await task();
  } catch (error) {
    if (error instanceof PthFault) throw new NetworkError(`${path} ${error.message}`, { cause: error });
    const code = codeOf(error);
    if (!code?.startsWith('E')) throw error;
    throw new NetworkError(`${path} cannot be read (${code}): check the path and the file`, { cause: error });
  }
}
