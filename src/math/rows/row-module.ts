import { encodeWasmModule, F32, F64, I32, V128 } from '../../core/wasm-module.js';

// A WebAssembly module by hand: JavaScript has no vector instructions, and takes six times as long for the same sums.

// Instructions, by their names in the specification (WebAssembly 2.0, section 5.4).
const EMPTY = 0x40;
const LOOP = 0x03;
const IF = 0x04;
const END = 0x0b;
const BRANCH = 0x0c;
const LOCAL_GET = 0x20;
const LOCAL_SET = 0x21;
const LOCAL_TEE = 0x22;
const F32_LOAD = 0x2a;
const F32_STORE = 0x38;
const I32_CONST = 0x41;
const I32_LESS_UNSIGNED = 0x49;
const I32_ADD = 0x6a;
const F32_SUB = 0x93;
const F64_ADD = 0xa0;
const F64_SUB = 0xa1;
const F64_MUL = 0xa2;
const F64_PROMOTE_F32 = 0xbb;
const V128_LOAD64_ZERO = [0xfd, 0x5d];
const V128_STORE64_LANE = [0xfd, 0x5b];
const F64X2_EXTRACT_LANE = [0xfd, 0x21];
const F64X2_PROMOTE_LOW_F32X4 = [0xfd, 0x5f];
const F32X4_SUB = [0xfd, 0xe5, 0x01];
const F64X2_ADD = [0xfd, 0xf0, 0x01];
const F64X2_SUB = [0xfd, 0xf1, 0x01];
const F64X2_MUL = [0xfd, 0xf2, 0x01];
/** The exponent of the alignment of float32 numbers, which follows an instruction that loads or stores. */
const ALIGNED = 2;

// Parameters of both functions, in bytes: where two rows begin, where those numbers of the first one end that come in fours, where all of
// them end, and where what is left of the first row goes.
const X = 0;
const Y = 1;
const FOURS_END = 2;
const END_OF_X = 3;
const OUT = 4;
// Their variables.
const FIRST_SUMS = 5;
const LAST_SUMS = 6;
const PAIR = 7;
const SUM = 8;
const WIDE = 9;
const NARROW = 10;

const PARAMETERS = [I32, I32, I32, I32, I32];
const VARIABLES: readonly (readonly [number, number])[] = [
  [3, V128],
  [2, F64],
  [1, F32],
];

const get = (variable: number) => [LOCAL_GET, variable];
const set = (variable: number) => [LOCAL_SET, variable];
const tee = (variable: number) => [LOCAL_TEE, variable];
const advance = (bytes: number) =>
  [X, Y, OUT].flatMap((variable) => [...get(variable), I32_CONST, bytes, I32_ADD, ...set(variable)]);

/** Repeats while the first row has numbers before an end. */
const whileBefore = (end: number, body: number[]) => [
  ...[LOOP, EMPTY, ...get(X), ...get(end), I32_LESS_UNSIGNED],
  ...[IF, EMPTY, ...body, BRANCH, 1, END, END],
];

const loadPair = (row: number, offset: number) => [...get(row), ...V128_LOAD64_ZERO, ALIGNED, offset];
const loadOne = (row: number) => [...get(row), F32_LOAD, ALIGNED, 0];

/** What a function does with two numbers of each row, some bytes on, and with one; each leaves what is squared in float64. */
interface Difference {
  pair(offset: number): number[];
  readonly one: number[];
}

/** The difference in float64. */
const OF_DISTANCE: Difference = {
  pair: (offset) => [
    ...[...loadPair(X, offset), ...F64X2_PROMOTE_LOW_F32X4],
    ...[...loadPair(Y, offset), ...F64X2_PROMOTE_LOW_F32X4, ...F64X2_SUB],
  ],
  one: [...loadOne(X), F64_PROMOTE_F32, ...loadOne(Y), F64_PROMOTE_F32, F64_SUB],
};

/** The difference in float32, which is kept. */
const OF_CENTERING: Difference = {
  pair: (offset) => [
    ...[...get(OUT), ...loadPair(X, offset), ...loadPair(Y, offset), ...F32X4_SUB, ...tee(PAIR)],
    ...[...V128_STORE64_LANE, ALIGNED, offset, 0],
    ...[...get(PAIR), ...F64X2_PROMOTE_LOW_F32X4],
  ],
  one: [
    ...[...get(OUT), ...loadOne(X), ...loadOne(Y), F32_SUB, ...tee(NARROW), F32_STORE, ALIGNED, 0],
    ...[...get(NARROW), F64_PROMOTE_F32],
  ],
};

/** Four sums of squares: even and odd numbers of the first and of the last pair of four; numbers that are left over go to the first sum. */
function sumSquares({ pair, one }: Difference): number[] {
  const addPair = (sums: number, offset: number) => [
    ...[...pair(offset), ...tee(PAIR), ...get(PAIR), ...F64X2_MUL],
    ...[...get(sums), ...F64X2_ADD, ...set(sums)],
  ];
  const addOne = [...one, ...tee(WIDE), ...get(WIDE), F64_MUL, ...get(SUM), F64_ADD, ...set(SUM)];
  const lane = (sums: number, index: number) => [...get(sums), ...F64X2_EXTRACT_LANE, index];
  return [
    ...whileBefore(FOURS_END, [...addPair(FIRST_SUMS, 0), ...addPair(LAST_SUMS, 8), ...advance(16)]),
    ...[...lane(FIRST_SUMS, 0), ...set(SUM)],
    ...whileBefore(END_OF_X, [...addOne, ...advance(4)]),
    ...[...get(SUM), ...lane(FIRST_SUMS, 1), F64_ADD],
    ...[...lane(LAST_SUMS, 0), ...lane(LAST_SUMS, 1), F64_ADD],
    ...[F64_ADD, END],
  ];
}

/**
 * A module with a `memory` and two functions of float32 rows in it, each of `(x, y, foursEnd, end, out)`: `squaredDistance`, which is
 * `exactSquaredDistance` to the last bit, and `subtractCenter`, which is the function of this name.
 *
 * @param pages of the memory, 64 KiB each
 */
export function rowModule(pages: number): Uint8Array {
  return encodeWasmModule({
    pages,
    parameters: PARAMETERS,
    results: [F64],
    variables: VARIABLES,
    functions: { squaredDistance: sumSquares(OF_DISTANCE), subtractCenter: sumSquares(OF_CENTERING) },
  });
}
