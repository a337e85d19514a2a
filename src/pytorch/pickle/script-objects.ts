import { PthFault, quote } from '../fault.js';
import { kindOf, PickleDict, PickleGlobal, PickleObject, type PickleValue } from './pickle-values.js';
import { TorchWorld } from './torch-objects.js';

/** A module of a TorchScript archive: its class is known by name alone, its attributes are what was saved. */
export class ScriptObject extends PickleObject {
  readonly kind = 'a module';
  /** Its attributes; undefined until they are set. */
  attributes?: PickleDict;
}

/** Classes of the archive's own code, none of which is read. */
const CLASS_PREFIX = '__torch__.';

const moduleClass = new PickleGlobal('a class of the archive', (parameters) => {
  if (parameters.length > 0) throw new PthFault('has a module that is made of parameters');
  return new ScriptObject();
});

/** What gives its first parameter: a list with the type of its items, as TorchScript writes it. */
const same = (name: string) =>
  new PickleGlobal(name, ([value = null]) => {
    if (value instanceof PickleDict || value instanceof PickleObject) return value;
    return new PlainValue();
  });

/** A value that is passed over: a list of numbers, a device. */
class PlainValue extends PickleObject {
  readonly kind = 'a value';
}

const GLOBALS: ReadonlyMap<string, PickleGlobal> = new Map(
  [
    'torch.jit._pickle.build_intlist',
    'torch.jit._pickle.build_doublelist',
    'torch.jit._pickle.build_boollist',
    'torch.jit._pickle.build_tensorlist',
    'torch.jit._pickle.restore_type_tag',
    'torch.device',
  ].map((name) => [name, same(name)]),
);

/**
 * What the pickle of a TorchScript archive names outside itself: PyTorch's tensors, and modules of classes in the archive's code. The code is
 * neither read nor run.
 * Source: torch/csrc/jit/serialization/pickler.cpp, torch/jit/_pickle.py.
 */
export class ScriptWorld extends TorchWorld {
  readonly makesObjects = true;
  override readonly globals: TorchWorld['globals'] = {
    get: (name) =>
      torch.get(name) ?? GLOBALS.get(name) ?? (name.startsWith(CLASS_PREFIX) ? moduleClass : undefined),
  };

  /** Gives a module its attributes. */
  build(target: PickleObject, state: PickleValue): void {
    if (!(target instanceof ScriptObject)) throw new PthFault(`sets the state of ${kindOf(target)}`);
    if (target.attributes) throw new PthFault('sets the attributes of a module twice');
    if (!(state instanceof PickleDict)) {
      throw new PthFault(
        `has a module whose state is ${kindOf(state)}`,
        'save its state_dict() with torch.save',
      );
    }
    for (const key of state.entries.keys()) {
      if (typeof key !== 'string')
        throw new PthFault(`has a module with the attribute ${quote(String(key))}`);
    }
    target.attributes = state;
  }
}

const torch = new TorchWorld().globals;
