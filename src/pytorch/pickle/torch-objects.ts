import { PthFault, quote, SAVE_STATE_DICT } from '../fault.js';
import { type DtypeName, StorageRef, TensorRef } from '../tensor.js';
import type { PickleWorld } from './pickle-machine.js';
import { kindOf, PickleGlobal, PickleTuple, type PickleValue } from './pickle-values.js';

const STORAGE_DTYPES: ReadonlyMap<string, DtypeName> = new Map([
  ['torch.DoubleStorage', 'float64'],
  ['torch.FloatStorage', 'float32'],
  ['torch.HalfStorage', 'float16'],
  ['torch.BFloat16Storage', 'bfloat16'],
  ['torch.LongStorage', 'int64'],
  // Not of weights: the state of an optimizer or of a random generator, which checkpoints hold beside them.
  ['torch.IntStorage', 'int32'],
  ['torch.ShortStorage', 'int16'],
  ['torch.CharStorage', 'int8'],
  ['torch.ByteStorage', 'uint8'],
  ['torch.BoolStorage', 'bool'],
]);

/** What stands for PyTorch's own functions and classes. */
const GLOBALS: ReadonlyMap<string, PickleGlobal> = new Map(
  [
    new PickleGlobal('torch._utils._rebuild_tensor', rebuildTensor),
    new PickleGlobal('torch._utils._rebuild_tensor_v2', rebuildTensor),
    new PickleGlobal('torch._utils._rebuild_parameter', rebuildParameter),
    ...[...STORAGE_DTYPES.keys()].map((name) => new PickleGlobal(name)),
  ].map((global) => [global.name, global]),
);

/**
 * What PyTorch's pickles name outside themselves: functions that rebuild tensors, and storages by persistent id. They
 * are collected in `storages` by key.
 * Source: torch/_utils.py, torch/serialization.py.
 */
export class TorchWorld implements PickleWorld {
  readonly globals: PickleWorld['globals'] = GLOBALS;
  readonly storages = new Map<string, StorageRef>();

  /** Takes ('storage', class, key, device, elements), and None behind it in the layout of before 1.6. */
  resolve(id: PickleValue): StorageRef {
    const items = id instanceof PickleTuple ? id.items : [];
    const [tag, type, key, , length, view = null] = items;
    const dtype = type instanceof PickleGlobal ? STORAGE_DTYPES.get(type.name) : undefined;
    if (tag !== 'storage' || dtype === undefined || typeof key !== 'string' || items.length > 6) {
      throw new PthFault('has a persistent id that is no storage', SAVE_STATE_DICT);
    }
    if (view !== null)
      throw new PthFault('has a storage that is a view of another, which PyTorch 0.3 wrote last');
    const storage = new StorageRef(key, dtype, toCount(length, `the size of storage ${quote(key)}`));
    const known = this.storages.get(key);
    if (!known) this.storages.set(key, storage);
    else if (known.dtype !== storage.dtype || known.length !== storage.length) {
      throw new PthFault(`describes the storage ${quote(key)} in two ways`);
    }
    return known ?? storage;
  }
}

/** (storage, offset, shape, strides, requires_grad, hooks, metadata); what follows the strides is ignored. */
function rebuildTensor(parameters: readonly PickleValue[]): TensorRef {
  const [storage, offset, shape, strides] = parameters;
  if (!(storage instanceof StorageRef)) throw new PthFault(`has a tensor over ${kindOf(storage ?? null)}`);
  return new TensorRef(
    storage,
    toCount(offset, "a tensor's offset"),
    toCounts(shape, 'shape'),
    toCounts(strides, 'strides'),
  );
}

/** (tensor, requires_grad, hooks) */
function rebuildParameter(parameters: readonly PickleValue[]): TensorRef {
  const [tensor] = parameters;
  if (!(tensor instanceof TensorRef)) throw new PthFault(`has a parameter over ${kindOf(tensor ?? null)}`);
  return tensor;
}

/** Longer tuples are refused before each of their items is checked. */
const MANY_AXES = 1000;

function toCounts(value: PickleValue | undefined, what: string): number[] {
  if (!(value instanceof PickleTuple) || value.items.length > MANY_AXES) {
    throw new PthFault(`has a tensor whose ${what} is no short tuple`);
  }
  return value.items.map((item) => toCount(item, `a tensor's ${what}`));
}

function toCount(value: PickleValue | undefined, what: string): number {
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0) return value;
  const found =
    typeof value === 'number' || typeof value === 'bigint' ? String(value) : kindOf(value ?? null);
  throw new PthFault(`has ${found} for ${what}, where a whole number from 0 belongs`);
}
