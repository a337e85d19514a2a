import { PthFault, quote, SAVE_STATE_DICT } from '../fault.js';
import { TensorRef } from '../tensor.js';
import { kindOf, PickleDict, type PickleValue } from './pickle-values.js';

const MAX_DEPTH = 16;
const MAX_NAME_LENGTH = 1024;

/** Under which keys training programs keep a network's weights in a checkpoint. */
const WRAPPERS = [
  'state_dict',
  'model_state_dict',
  'model',
  'ema',
  'ema_state_dict',
  'model_ema',
  'state_dict_ema',
  'net',
  'network',
  'params',
  'params_ema',
  'weights',
];

/** The tensors of a file of weights. */
export interface StateDict {
  /** By name. */
  readonly tensors: Map<string, TensorRef>;
  /** The key of a checkpoint under which they are, if it has other things beside them. */
  readonly wrapper?: string;
}

/**
 * The tensors of a state_dict by name. Nested dicts join names by a dot. Of a checkpoint (`{'state_dict': ..., 'epoch': ...}`) only the weights
 * count; where it has several (`model` and `ema`), all of them count, each after its key, so that a reader can see that there are several.
 *
 * @throws {PthFault} where there is anything but tensors
 */
export function collectTensors(value: PickleValue): StateDict {
  if (!(value instanceof PickleDict)) {
    throw new PthFault(`holds ${kindOf(value)} in place of a dict of tensors`, SAVE_STATE_DICT);
  }
  const wrapped: { readonly key: string; readonly inside: PickleDict }[] = [];
  for (const key of WRAPPERS) {
    const inside = value.entries.get(key);
    // One dict under two keys is one network.
    const isNew = wrapped.every((other) => other.inside !== inside);
    if (inside instanceof PickleDict && isNew && holdsTensor(inside)) wrapped.push({ key, inside });
  }
  const collection = { seen: new Set<PickleDict>(), tensors: new Map<string, TensorRef>() };
  const [first] = wrapped;
  if (wrapped.length > 1) {
    for (const { key, inside } of wrapped) collect(inside, `${key}.`, 1, collection);
  } else collect(first?.inside ?? value, '', 0, collection);
  if (collection.tensors.size === 0) throw new PthFault('holds no tensor', SAVE_STATE_DICT);
  const { tensors } = collection;
  return { tensors, ...(wrapped.length === 1 && { wrapper: first.key }) };
}

/** Whether a dict has a tensor in it, at any depth. */
function holdsTensor(dict: PickleDict): boolean {
  const seen = new Set([dict]);
  // Dicts that are met on the way are added, and visited in turn.
  for (const each of seen) {
    for (const value of each.entries.values()) {
      if (value instanceof TensorRef) return true;
      if (value instanceof PickleDict) seen.add(value);
    }
  }
  return false;
}

interface Collection {
  /** Every dict that was met. */
  readonly seen: Set<PickleDict>;
  /** By full name. */
  readonly tensors: Map<string, TensorRef>;
}

function collect(dict: PickleDict, prefix: string, depth: number, collection: Collection): void {
  const { seen, tensors } = collection;
  // A dict in two places may contain itself, or make exponentially many tensors.
  if (seen.has(dict)) throw new PthFault(`has the dict ${quote(prefix)} in two places`, SAVE_STATE_DICT);
  seen.add(dict);
  if (depth > MAX_DEPTH) throw new PthFault(`nests dicts more than ${MAX_DEPTH} deep`, SAVE_STATE_DICT);
  for (const [key, value] of dict.entries) {
    const name = prefix + key;
    if (name.length > MAX_NAME_LENGTH)
      throw new PthFault(`has a tensor with the overlong name ${quote(name)}`);
    if (value instanceof PickleDict) collect(value, `${name}.`, depth + 1, collection);
    else if (!(value instanceof TensorRef)) {
      throw new PthFault(`has ${kindOf(value)} at ${quote(name)}, where a tensor belongs`, SAVE_STATE_DICT);
    } else if (tensors.has(name)) throw new PthFault(`has two tensors named ${quote(name)}`);
    else tensors.set(name, value);
  }
}
