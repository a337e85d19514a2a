import { PthFault, quote, SAVE_STATE_DICT } from '../fault.js';
import { TensorRef } from '../tensor.js';
import { kindOf, PickleDict, type PickleValue } from './pickle-values.js';

const MAX_DEPTH = 16;
const MAX_NAME_LENGTH = 1024;

/**
 * The tensors of a state_dict by name. Nested dicts join names by a dot; of a checkpoint (`{'state_dict':
 * ..., 'epoch': ...}`) only the state_dict counts.
 *
 * @throws {PthFault} where there is anything but tensors
 */
export function collectTensors(value: PickleValue): Map<string, TensorRef> {
  if (!(value instanceof PickleDict)) {
    throw new PthFault(`holds ${kindOf(value)} in place of a dict of tensors`, SAVE_STATE_DICT);
  }
  const wrapped = value.entries.get('state_dict');
  const tensors = new Map<string, TensorRef>();
  collect(wrapped instanceof PickleDict ? wrapped : value, '', 0, { seen: new Set(), tensors });
  if (tensors.size === 0) throw new PthFault('holds no tensor', SAVE_STATE_DICT);
  return tensors;
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
