/** Types of values, by their names in the specification. */
export const I32 = 0x7f;
export const F32 = 0x7d;
export const F64 = 0x7c;
export const V128 = 0x7b;

const MAGIC_AND_VERSION = [0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00];
const FUNCTION = 0x60;

/** What a module has: a memory, and functions of one type. */
export interface WasmModule {
  /** Of the memory, 64 KiB each. */
  readonly pages: number;
  /** Types of the parameters and results of each function. */
  readonly parameters: readonly number[];
  readonly results: readonly number[];
  /** Variables of each function beside its parameters: how many, of which type. */
  readonly variables: readonly (readonly [count: number, type: number])[];
  /** Instructions by the name under which a function is exported, each with its last `end`. */
  readonly functions: Readonly<Record<string, readonly number[]>>;
}

/**
 * Encodes a module (WebAssembly 2.0, section 5) that exports its functions and its `memory`.
 *
 * @returns bytes for `WebAssembly.Module`
 */
export function encodeWasmModule({
  pages,
  parameters,
  results,
  variables,
  functions,
}: WasmModule): Uint8Array {
  const types = (list: readonly number[]) => vector(list.map((type) => [type]));
  const locals = vector(variables.map(([count, type]) => [...unsigned(count), type]));
  const names = Object.keys(functions);
  return Uint8Array.from([
    ...MAGIC_AND_VERSION,
    ...section(1, [[FUNCTION, ...types(parameters), ...types(results)]]),
    ...section(
      3,
      names.map(() => [0]),
    ),
    ...section(5, [[0, ...unsigned(pages)]]),
    ...section(7, [[...text('memory'), 2, 0], ...names.map((name, i) => [...text(name), 0, ...unsigned(i)])]),
    ...section(
      10,
      Object.values(functions).map((code) => sized([...locals, ...code])),
    ),
  ]);
}

/** An unsigned number, seven bits a byte (LEB128). */
function unsigned(value: number): number[] {
  return value < 128 ? [value] : [(value & 127) | 128, ...unsigned(value >>> 7)];
}

const vector = (items: readonly (readonly number[])[]) => [...unsigned(items.length), ...items.flat()];
const sized = (bytes: readonly number[]) => [...unsigned(bytes.length), ...bytes];
const text = (name: string) => sized([...new TextEncoder().encode(name)]);
const section = (id: number, items: readonly (readonly number[])[]) => [id, ...sized(vector(items))];
