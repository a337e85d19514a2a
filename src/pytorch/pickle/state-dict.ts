import { PthFault, quote, SAVE_STATE_DICT } from '../fault.js';
import { TensorRef } from '../tensor.js';
import { kindOf, PickleDict, type PickleValue } from './pickle-values.js';
import { ScriptObject } from './script-objects.js';

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

/**
 * The tensors of a module by the names that its state_dict would have: the attributes that lead to them, joined by dots. Other attributes (numbers,
 * texts, lists) are passed over.
 *
 * @throws {PthFault} where there is no module
 */
export function collectOfModule(value: PickleValue): StateDict {
  if (!(value instanceof ScriptObject)) {
    throw new PthFault(`holds ${kindOf(value)} in place of a module`, SAVE_STATE_DICT);
  }
  const collection = { seen: new Set<PickleDict | ScriptObject>(), tensors: new Map<string, TensorRef>() };
  collectAttributes(value, '', 0, collection);
  if (collection.tensors.size === 0) throw new PthFault('holds no tensor', SAVE_STATE_DICT);
  return { tensors: collection.tensors };
}

function collectAttributes(
  module: ScriptObject,
  prefix: string,
  depth: number,
  collection: Collection,
): void {
  enter(module, prefix, depth, collection);
  for (const [key, value] of module.attributes?.entries ?? []) {
    const name = checkName(prefix + key);
    if (value instanceof ScriptObject) collectAttributes(value, `${name}.`, depth + 1, collection);
    else if (value instanceof TensorRef) add(name, value, collection);
  }
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
  /** Every dict and module that was met. */
  readonly seen: Set<PickleDict | ScriptObject>;
  /** By full name. */
  readonly tensors: Map<string, TensorRef>;
}

function collect(dict: PickleDict, prefix: string, depth: number, collection: Collection): void {
  enter(dict, prefix, depth, collection);
  for (const [key, value] of dict.entries) {
    const name = checkName(prefix + key);
    if (value instanceof PickleDict) collect(value, `${name}.`, depth + 1, collection);
    else if (value instanceof TensorRef) add(name, value, collection);
    else {
      throw new PthFault(`has ${kindOf(value)} at ${quote(name)}, where a tensor belongs`, SAVE_STATE_DICT);
    }
  }
}

/** What is in two places may contain itself, or make exponentially many tensors. */
function enter(place: PickleDict | ScriptObject, prefix: string, depth: number, { seen }: Collection): void {
  const [what, many] = place instanceof PickleDict ? ['dict', 'dicts'] : ['module', 'modules'];
  if (seen.has(place)) throw new PthFault(`has the ${what} ${quote(prefix)} in two places`, SAVE_STATE_DICT);
  seen.add(place);
  if (depth > MAX_DEPTH) throw new PthFault(`nests ${many} more than ${MAX_DEPTH} deep`, SAVE_STATE_DICT);
}

function checkName(name: string): string {
  if (name.length <= MAX_NAME_LENGTH) return name;
  throw new PthFault(`has a tensor with the overlong name ${quote(name)}`);
}

function add(name: string, tensor: TensorRef, { tensors }: Collection): void {
  if (tensors.has(name)) throw new PthFault(`has two tensors named ${quote(name)}`);
  tensors.set(name, tensor);
}
