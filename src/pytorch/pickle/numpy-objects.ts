import { PthFault } from '../fault.js';
import type { PickleWorld } from './pickle-machine.js';
import {
  kindOf,
  PickleBytes,
  PickleGlobal,
  PickleObject,
  PickleTuple,
  type PickleValue,
} from './pickle-values.js';

const TYPES = ['f8', 'f4'] as const;

/** `numpy.dtype`, of floating-point numbers alone. */
class DtypeRef extends PickleObject {
  readonly kind = 'an element type of NumPy';
  littleEndian = true;

  constructor(readonly bytes: number) {
    super();
  }
}

/** `numpy.ndarray`; its numbers stay in the file until they are read. */
export class ArrayRef extends PickleObject {
  readonly kind = 'an array';
  shape: readonly number[] = [];
  dtype?: DtypeRef;
  /** Whether the first axis changes fastest. */
  isColumnMajor = false;
  content?: PickleBytes;
}

const ARRAY = new PickleGlobal('numpy.ndarray');

/**
 * What pickles of NumPy arrays name outside themselves. Source: numpy/_core/src/multiarray/methods.c (array_reduce, array_reduce_ex),
 * descriptor.c (arraydescr_reduce).
 */
export const NUMPY_WORLD: PickleWorld = {
  globals: new Map(
    [
      ARRAY,
      new PickleGlobal('numpy.dtype', makeDtype),
      ...['numpy.core.multiarray', 'numpy._core.multiarray'].map(
        (place) => new PickleGlobal(`${place}._reconstruct`, reconstruct),
      ),
      ...['numpy.core.numeric', 'numpy._core.numeric'].map(
        (place) => new PickleGlobal(`${place}._frombuffer`, fromBuffer),
      ),
    ].map((global) => [global.name, global]),
  ),
  readsBytes: true,
  resolve() {
    throw new PthFault('has a persistent id, which statistics do not need');
  },
  build(target, state) {
    const items = state instanceof PickleTuple ? state.items : [];
    if (target instanceof DtypeRef) return setOrder(target, items[1]);
    if (target instanceof ArrayRef) return fill(target, items);
    throw new PthFault(`sets the state of ${kindOf(target)}`);
  },
};

/** ('f8', align, copy) */
function makeDtype([name]: readonly PickleValue[]): DtypeRef {
  const type = TYPES.find((each) => each === name);
  if (!type) throw new PthFault('has an array of another type than float64 and float32');
  return new DtypeRef(Number(type[1]));
}

/** (numpy.ndarray, (0,), b'b'): an array that BUILD fills. */
function reconstruct([type]: readonly PickleValue[]): ArrayRef {
  if (type !== ARRAY) throw new PthFault(`has an array that is ${kindOf(type ?? null)}`);
  return new ArrayRef();
}

/** (bytes, dtype, shape, 'C') of protocol 5. */
function fromBuffer([content, dtype, shape, order]: readonly PickleValue[]): ArrayRef {
  const array = new ArrayRef();
  fill(array, [1, shape ?? null, dtype ?? null, order === 'F', content ?? null]);
  return array;
}

/** (version, '<', …) */
function setOrder(dtype: DtypeRef, order: PickleValue | undefined): void {
  if (order !== '<' && order !== '>' && order !== '=')
    throw new PthFault('has numbers in an unknown order of bytes');
  dtype.littleEndian = order !== '>';
}

/** (version, shape, dtype, column-major, bytes) */
function fill(array: ArrayRef, [, shape, dtype, isColumnMajor, content]: readonly PickleValue[]): void {
  const sides = shape instanceof PickleTuple && shape.items.length <= 2 ? shape.items : [];
  const numbers = sides.filter((side): side is number => Number.isSafeInteger(side) && Number(side) >= 0);
  if (sides.length === 0 || numbers.length < sides.length)
    throw new PthFault('has an array that is no vector or table');
  if (!(dtype instanceof DtypeRef)) throw new PthFault(`has an array of ${kindOf(dtype ?? null)}`);
  if (!(content instanceof PickleBytes))
    throw new PthFault(`has an array whose numbers are ${kindOf(content ?? null)}`);
  const bytes = numbers.reduce((product, side) => product * side, dtype.bytes);
  if (bytes !== content.byteLength) {
    throw new PthFault(
      `has an array of ${numbers.join('x')} in ${content.byteLength} bytes, where ${bytes} belong`,
    );
  }
  Object.assign(array, { shape: numbers, dtype, isColumnMajor: isColumnMajor === true, content });
}
