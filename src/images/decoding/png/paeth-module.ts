import { encodeWasmModule, I32, V128 } from '../../../core/wasm-module.js';

// A WebAssembly module by hand, as that of rows of features: JavaScript takes three times as long for the three channels of a pixel one by
// one. Vector instructions take them side by side.

// Instructions, by their names in the specification (WebAssembly 2.0, section 5.4).
const EMPTY = 0x40;
const LOOP = 0x03;
const END = 0x0b;
const BRANCH_IF = 0x0d;
const LOCAL_GET = 0x20;
const LOCAL_SET = 0x21;
const LOCAL_TEE = 0x22;
const I32_CONST = 0x41;
const I32_LESS_UNSIGNED = 0x49;
const I32_ADD = 0x6a;
const V128_LOAD32_ZERO = [0xfd, 0x5c, 0, 0];
const V128_STORE32_LANE = [0xfd, 0x5a, 0, 0, 0];
const V128_BITSELECT = [0xfd, 0x52];
const I8X16_ADD = [0xfd, 0x6e];
const I8X16_NARROW_I16X8_U = [0xfd, 0x66];
const I16X8_ABS = [0xfd, 0x80, 0x01];
const I16X8_EXTEND_LOW_I8X16_U = [0xfd, 0x89, 0x01];
const I16X8_EQ = [0xfd, 0x2d];
const I16X8_ADD = [0xfd, 0x8e, 0x01];
const I16X8_SUB = [0xfd, 0x91, 0x01];
const I16X8_MIN_S = [0xfd, 0x96, 0x01];

// Parameters, in bytes: where the filtered row begins, where the row above it begins, where the row goes, and where that ends.
const FROM = 0;
const ABOVE = 1;
const TO = 2;
const TO_END = 3;
// Variables: neighbors of the pixel, how far each is from left + up − upLeft, and the smallest of these distances. A pixel is four numbers of
// 16 bits, of which the last is not used.
const LEFT = 4;
const UP = 5;
const UP_LEFT = 6;
const LEFT_FAR = 7;
const UP_FAR = 8;
const NEAREST = 9;

const PIXEL_BYTES = 3;

const get = (variable: number) => [LOCAL_GET, variable];
const set = (variable: number) => [LOCAL_SET, variable];
const tee = (variable: number) => [LOCAL_TEE, variable];
const loadPixel = (row: number) => [...get(row), ...V128_LOAD32_ZERO];
const advance = (row: number) => [...get(row), I32_CONST, PIXEL_BYTES, I32_ADD, ...set(row)];

/**
 * Paeth's predictor (PNG specification, third edition, section 9.4) for one pixel after the other. As left + up − upLeft is `p`, p − left is
 * up − upLeft, p − up is left − upLeft, and p − upLeft is the sum of both. Of equal distances left comes before up, up before upLeft.
 */
const UNDO_PAETH = [
  ...[LOOP, EMPTY],
  ...[...loadPixel(ABOVE), ...I16X8_EXTEND_LOW_I8X16_U, ...tee(UP)],
  ...[...get(UP_LEFT), ...I16X8_SUB, ...tee(LEFT_FAR)],
  ...[...get(LEFT), ...get(UP_LEFT), ...I16X8_SUB, ...tee(UP_FAR)],
  ...[...I16X8_ADD, ...I16X8_ABS],
  ...[...get(LEFT_FAR), ...I16X8_ABS, ...tee(LEFT_FAR)],
  ...[...get(UP_FAR), ...I16X8_ABS, ...tee(UP_FAR)],
  ...[...I16X8_MIN_S, ...I16X8_MIN_S, ...set(NEAREST)],
  // The address for the store below.
  ...get(TO),
  ...get(LEFT),
  ...[...get(UP), ...get(UP_LEFT), ...get(UP_FAR), ...get(NEAREST), ...I16X8_EQ, ...V128_BITSELECT],
  ...[...get(LEFT_FAR), ...get(NEAREST), ...I16X8_EQ, ...V128_BITSELECT],
  // The sum wraps around at 256: high bytes are 0 before and after.
  ...[...loadPixel(FROM), ...I16X8_EXTEND_LOW_I8X16_U, ...I8X16_ADD, ...tee(LEFT)],
  ...[...get(LEFT), ...I8X16_NARROW_I16X8_U, ...V128_STORE32_LANE],
  ...[...get(UP), ...set(UP_LEFT)],
  ...[...advance(FROM), ...advance(ABOVE), ...advance(TO)],
  ...[...get(TO), ...get(TO_END), I32_LESS_UNSIGNED, BRANCH_IF, 0],
  END,
  END,
];

/**
 * A module with a `memory` and a function `undoPaeth(from, above, to, end)`, which undoes the filter of one row of RGB in it. It reads and
 * writes one byte beyond the ends of rows.
 *
 * @param pages of the memory, 64 KiB each
 */
export function paethModule(pages: number): Uint8Array {
  return encodeWasmModule({
    pages,
    parameters: [I32, I32, I32, I32],
    results: [],
    variables: [[6, V128]],
    functions: { undoPaeth: UNDO_PAETH },
  });
}
