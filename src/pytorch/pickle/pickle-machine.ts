import { PthFault, quote, SAVE_STATE_DICT } from '../fault.js';
import {
  kindOf,
  PickleDict,
  PickleGlobal,
  PickleList,
  PickleObject,
  PickleTuple,
  type PickleValue,
} from './pickle-values.js';

/** What a pickle may name outside itself. */
export interface PickleWorld {
  readonly globals: { get(name: string): PickleGlobal | undefined };
  /**
   * What a persistent id stands for.
   *
   * @throws {PthFault}
   */
  resolve(id: PickleValue): PickleValue;
  /** Whether bytes and protocol 5 are read. */
  readonly readsBytes?: boolean;
  /** Whether objects are made of classes alone, whose state is set by `build`. */
  readonly makesObjects?: boolean;
  /**
   * Sets the state of an object that a global made.
   *
   * @throws {PthFault}
   */
  build?(target: PickleObject, state: PickleValue): void;
}

/** Far above any network's (one of 1000 tensors: 14,000 memos, 6000 objects, 2100 deep), and together below 200 MB. */
const MAX_MEMOS = 500_000;
const MAX_OBJECTS = 500_000;
const MAX_STACK = 100_000;
const MAX_MARKS = 200;

const ORDERED_DICT = 'collections.OrderedDict';

/** The stack, the marks and the memo of a pickle under way. Every method throws PthFault where the pickle is at fault. */
export class PickleMachine {
  readonly #world: PickleWorld;
  readonly #stack: PickleValue[] = [];
  /** Where on the stack each open mark lies. */
  readonly #marks: number[] = [];
  readonly #memo = new Map<number, PickleValue>();
  #objects = 0;

  constructor(world: PickleWorld) {
    this.#world = world;
  }

  result(): PickleValue {
    const value = this.pop();
    if (this.#stack.length > 0 || this.#marks.length > 0)
      throw new PthFault('has a pickle with values left over');
    return value;
  }

  get memos(): number {
    return this.#memo.size;
  }

  mark(): void {
    if (this.#marks.length >= MAX_MARKS) throw new PthFault(`nests more than ${MAX_MARKS} marks`);
    this.#marks.push(this.#stack.length);
  }

  push(value: PickleValue): void {
    if (this.#stack.length >= MAX_STACK) throw new PthFault(`stacks more than ${MAX_STACK} values`);
    this.#stack.push(value);
  }

  pushObject(value: PickleValue): void {
    this.#count(1);
    this.push(value);
  }

  #count(objects: number): void {
    this.#objects += objects;
    if (this.#objects > MAX_OBJECTS) throw new PthFault(`makes more than ${MAX_OBJECTS} objects`);
  }

  /** Where the values above the last open mark begin: nothing below may be taken. */
  #floor(): number {
    return this.#marks.at(-1) ?? 0;
  }

  popMany(count: number): PickleValue[] {
    if (this.#stack.length - this.#floor() < count)
      throw new PthFault('has a pickle that takes more than it has');
    return this.#stack.splice(-count);
  }

  pop(): PickleValue {
    return this.popMany(1)[0];
  }

  popToMark(): PickleValue[] {
    const mark = this.#marks.pop();
    if (mark === undefined) throw new PthFault('has a pickle that ends a group it never began');
    return this.#stack.splice(mark);
  }

  #top(): PickleValue {
    if (this.#stack.length <= this.#floor()) throw new PthFault('has a pickle that takes more than it has');
    return this.#stack[this.#stack.length - 1];
  }

  append(values: readonly PickleValue[]): void {
    const list = this.#top();
    if (!(list instanceof PickleList)) throw new PthFault(`appends to ${kindOf(list)}`);
    for (const value of values) list.items.push(value);
  }

  setItems(pairs: readonly PickleValue[]): void {
    const dict = this.#top();
    if (!(dict instanceof PickleDict)) throw new PthFault(`sets an item of ${kindOf(dict)}`);
    if (pairs.length % 2 !== 0) throw new PthFault('has a dict key without a value');
    for (let i = 0; i < pairs.length; i += 2) setItem(dict, pairs[i], pairs[i + 1]);
  }

  remember(index: number): void {
    if (this.#memo.size >= MAX_MEMOS) throw new PthFault(`memoizes more than ${MAX_MEMOS} values`);
    this.#memo.set(index, this.#top());
  }

  recall(index: number): void {
    const value = this.#memo.get(index);
    if (value === undefined) throw new PthFault(`recalls the memo ${index}, which was never made`);
    this.push(value);
  }

  global(module: string, name: string): void {
    const full = `${module}.${name}`;
    const global = full === ORDERED_DICT ? this.#orderedDict : this.#world.globals.get(full);
    if (!global) {
      throw new PthFault(`asks for the global ${quote(full)}, which weights don't need`, SAVE_STATE_DICT);
    }
    this.push(global);
  }

  stackGlobal(): void {
    const [module, name] = this.popMany(2);
    if (typeof module !== 'string' || typeof name !== 'string') {
      throw new PthFault(`names a global by ${kindOf(typeof module === 'string' ? name : module)}`);
    }
    this.global(module, name);
  }

  /** Takes a persistent id, gives what it stands for. */
  resolve(): void {
    this.pushObject(this.#world.resolve(this.pop()));
  }

  reduce(): void {
    const [callable, parameters] = this.popMany(2);
    if (!(callable instanceof PickleGlobal) || !callable.call)
      throw new PthFault(`calls ${kindOf(callable)}`);
    if (!(parameters instanceof PickleTuple)) {
      throw new PthFault(`calls ${callable.name} with ${kindOf(parameters)} for parameters`);
    }
    this.pushObject(callable.call(parameters.items));
  }

  /** `OrderedDict()`, and `OrderedDict([[key, value], ...])` as Python 2 wrote it. */
  readonly #orderedDict = new PickleGlobal(ORDERED_DICT, (parameters) => {
    const dict = new PickleDict();
    if (parameters.length === 0) return dict;
    const [pairs] = parameters;
    if (parameters.length > 1 || !(pairs instanceof PickleList))
      throw new PthFault('has an OrderedDict of no pairs');
    // One list may be given to many calls: its pairs count each time, so that the work stays linear in the file.
    this.#count(pairs.items.length);
    for (const pair of pairs.items) {
      const items = pair instanceof PickleList || pair instanceof PickleTuple ? pair.items : [];
      if (items.length !== 2) throw new PthFault('has an OrderedDict of no pairs');
      setItem(dict, items[0], items[1]);
    }
    return dict;
  });

  /** A module's state_dict carries `_metadata` (versions of its layers) as an attribute, which is passed over. */
  build(): void {
    const state = this.pop();
    const target = this.#top();
    if (this.#world.build && target instanceof PickleObject) {
      this.#world.build(target, state);
      return;
    }
    const isMetadata =
      state instanceof PickleDict && state.entries.size === 1 && state.entries.has('_metadata');
    if (!(target instanceof PickleDict) || !isMetadata) {
      throw new PthFault(
        `sets the state of ${kindOf(target)} by BUILD, which weights don't need`,
        SAVE_STATE_DICT,
      );
    }
  }
}

function setItem(dict: PickleDict, key: PickleValue, value: PickleValue): void {
  if (typeof key !== 'string' && typeof key !== 'number')
    throw new PthFault(`has a dict key that is ${kindOf(key)}`);
  if (dict.entries.has(key)) throw new PthFault(`sets the dict key ${quote(String(key))} twice`);
  dict.entries.set(key, value);
}
