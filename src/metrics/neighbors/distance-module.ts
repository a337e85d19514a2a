// A WebAssembly module by hand: JavaScript has no vector instructions, and takes six times as long for the same sums.

// Types of values.
const I32 = 0x7f;
const F64 = 0x7c;
const V128 = 0x7b;

// Instructions, by their names in the specification (WebAssembly 2.0, section 5.4).
const BLOCK_TYPE_EMPTY = 0x40;
const LOOP = 0x03;
const IF = 0x04;
const END = 0x0b;
const BRANCH = 0x0c;
const LOCAL_GET = 0x20;
const LOCAL_SET = 0x21;
const LOCAL_TEE = 0x22;
const F32_LOAD = 0x2a;
const I32_CONST = 0x41;
const I32_LESS_UNSIGNED = 0x49;
const I32_ADD = 0x6a;
const F64_ADD = 0xa0;
const F64_SUB = 0xa1;
const F64_MUL = 0xa2;
const F64_PROMOTE_F32 = 0xbb;
const V128_LOAD64_ZERO = [0xfd, 0x5d];
const F64X2_EXTRACT_LANE = [0xfd, 0x21];
const F64X2_PROMOTE_LOW_F32X4 = [0xfd, 0x5f];
const F64X2_ADD = [0xfd, 0xf0, 0x01];
const F64X2_SUB = [0xfd, 0xf1, 0x01];
const F64X2_MUL = [0xfd, 0xf2, 0x01];

// Parameters of the function, all in bytes: where the rows begin, and where those numbers of the first row end that come in fours, and all.
const X = 0;
const Y = 1;
const FOURS_END = 2;
const END_OF_X = 3;
// Its variables.
const FIRST_SUMS = 4;
const LAST_SUMS = 5;
const DIFFERENCES = 6;
const FIRST_SUM = 7;
const DIFFERENCE = 8;

const get = (variable: number) => [LOCAL_GET, variable];
const set = (variable: number) => [LOCAL_SET, variable];
const tee = (variable: number) => [LOCAL_TEE, variable];
const advance = (variable: number, bytes: number) => [
  ...get(variable),
  I32_CONST,
  bytes,
  I32_ADD,
  ...set(variable),
];

/** Repeats while the first row has numbers before an end. */
const whileBefore = (end: number, body: number[]) => [
  LOOP,
  BLOCK_TYPE_EMPTY,
  ...[...get(X), ...get(end), I32_LESS_UNSIGNED],
  IF,
  BLOCK_TYPE_EMPTY,
  ...body,
  BRANCH,
  1,
  END,
  END,
];

/** Two numbers of each row, some bytes on. */
const addSquares = (sums: number, offset: number) => {
  const load = (row: number) => [...get(row), ...V128_LOAD64_ZERO, 2, offset, ...F64X2_PROMOTE_LOW_F32X4];
  const difference = [...load(X), ...load(Y), ...F64X2_SUB, ...tee(DIFFERENCES)];
  return [...difference, ...get(DIFFERENCES), ...F64X2_MUL, ...get(sums), ...F64X2_ADD, ...set(sums)];
};

const addSquare = () => {
  const load = (row: number) => [...get(row), F32_LOAD, 2, 0, F64_PROMOTE_F32];
  const difference = [...load(X), ...load(Y), F64_SUB, ...tee(DIFFERENCE)];
  return [...difference, ...get(DIFFERENCE), F64_MUL, ...get(FIRST_SUM), F64_ADD, ...set(FIRST_SUM)];
};

const lane = (sums: number, index: number) => [...get(sums), ...F64X2_EXTRACT_LANE, index];

const BODY = [
  ...whileBefore(FOURS_END, [
    ...addSquares(FIRST_SUMS, 0),
    ...addSquares(LAST_SUMS, 8),
    ...advance(X, 16),
    ...advance(Y, 16),
  ]),
  ...[...lane(FIRST_SUMS, 0), ...set(FIRST_SUM)],
  ...whileBefore(END_OF_X, [...addSquare(), ...advance(X, 4), ...advance(Y, 4)]),
  ...[...get(FIRST_SUM), ...lane(FIRST_SUMS, 1), F64_ADD],
  ...[...lane(LAST_SUMS, 0), ...lane(LAST_SUMS, 1), F64_ADD],
  F64_ADD,
  END,
];

const MAGIC_AND_VERSION = [0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00];
const FUNCTION_TYPE = 0x60;

/** An unsigned number, seven bits a byte (LEB128). */
function number(value: number): number[] {
  return value < 128 ? [value] : [(value & 127) | 128, ...number(value >>> 7)];
}

const list = (items: readonly number[][]) => [...number(items.length), ...items.flat()];
const sized = (bytes: readonly number[]) => [...number(bytes.length), ...bytes];
const name = (text: string) => sized([...new TextEncoder().encode(text)]);
const section = (id: number, items: readonly number[][]) => [id, ...sized(list(items))];

/**
 * A module with a `memory` and a function `squaredDistance(x, y, foursEnd, end)`: the sums of `exactSquaredDistance` in the same order, so
 * the same number to the last bit, of two float32 rows in the memory.
 *
 * @param pages of the memory, 64 KiB each
 */
export function distanceModule(pages: number): Uint8Array {
  const parameters = [I32, I32, I32, I32].map((type) => [type]);
  const variables = list([
    [3, V128],
    [2, F64],
  ]);
  return Uint8Array.from([
    ...MAGIC_AND_VERSION,
    ...section(1, [[FUNCTION_TYPE, ...list(parameters), ...list([[F64]])]]),
    ...section(3, [[0]]),
    ...section(5, [[0, ...number(pages)]]),
    ...section(7, [
      [...name('memory'), 2, 0],
      [...name('squaredDistance'), 0, 0],
    ]),
    ...section(10, [sized([...variables, ...BODY])]),
  ]);
}
