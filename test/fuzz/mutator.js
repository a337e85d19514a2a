import { drawInteger } from '../kill/random.js';

/** Numbers at the edges of what formats store. */
const EDGES = [0, 1, 2, 7, 127, 128, 255, 256, 32767, 32768, 65535, 65536, 2 ** 31 - 1, 2 ** 31, 2 ** 32 - 1];
const NUMERALS = [
  '0',
  '-1',
  '1',
  '999999999',
  '4294967296',
  '9007199254740993',
  '1e999',
  '-0',
  '0.1',
  '1e-320',
];
const MAX_BYTES = 1 << 16;
const MAX_CHANGES = 8;
/** Most inputs are changed once: what is changed often is refused at its first bytes. */
const ONCE_MORE = 0.4;

/**
 * Changes bytes at random, as greybox fuzzers do: bits, edge values of every width, blocks cut out, repeated or taken from another
 * input, words of the format, and numerals in text.
 *
 * @param {() => number} random
 * @param {Buffer} bytes
 * @param {{ words: readonly (string | Buffer)[], other: Buffer }} material `other` is another input to take blocks from
 * @returns {Buffer}
 */
export function mutate(random, bytes, { words, other }) {
  let mutated = Buffer.from(bytes);
  for (let i = 0; i === 0 || (i < MAX_CHANGES && random() < ONCE_MORE); i++) {
    const change = CHANGES[drawInteger(random, 0, CHANGES.length - 1)];
    mutated = change(random, mutated, { words, other }).subarray(0, MAX_BYTES);
  }
  return mutated;
}

const place = (random, bytes) => drawInteger(random, 0, Math.max(0, bytes.length - 1));

/** Most fields are near the beginning or the end. */
function nearEdge(random, bytes) {
  const at = Math.floor(bytes.length * random() ** 3);
  return random() < 0.7 ? at : Math.max(0, bytes.length - 1 - at);
}

const insert = (bytes, at, piece) => Buffer.concat([bytes.subarray(0, at), piece, bytes.subarray(at)]);

function block(random, bytes) {
  const from = place(random, bytes);
  const longest = Math.min(bytes.length - from, random() < 0.8 ? 16 : 1024);
  return [from, from + drawInteger(random, 0, longest)];
}

const CHANGES = [
  function flipBit(random, bytes) {
    if (bytes.length > 0) bytes[nearEdge(random, bytes)] ^= 1 << drawInteger(random, 0, 7);
    return bytes;
  },
  function setByte(random, bytes) {
    if (bytes.length > 0) bytes[nearEdge(random, bytes)] = drawInteger(random, 0, 255);
    return bytes;
  },
  function setNumber(random, bytes) {
    const width = [1, 2, 4, 8][drawInteger(random, 0, 3)];
    if (bytes.length < width) return bytes;
    const at = Math.min(nearEdge(random, bytes), bytes.length - width);
    const edge = BigInt(EDGES[drawInteger(random, 0, EDGES.length - 1)]) * (random() < 0.2 ? -1n : 1n);
    const value = Buffer.alloc(8);
    value.writeBigInt64LE(edge);
    const little = value.subarray(0, width);
    (random() < 0.5 ? little : Buffer.from(little).reverse()).copy(bytes, at);
    return bytes;
  },
  function changeNumber(random, bytes) {
    if (bytes.length > 0) bytes[nearEdge(random, bytes)] += drawInteger(random, -3, 3);
    return bytes;
  },
  function cutOut(random, bytes) {
    const [from, to] = block(random, bytes);
    return Buffer.concat([bytes.subarray(0, from), bytes.subarray(to)]);
  },
  function repeat(random, bytes) {
    const [from, to] = block(random, bytes);
    return insert(bytes, place(random, bytes), bytes.subarray(from, to));
  },
  function overwrite(random, bytes, { other }) {
    const [from, to] = block(random, other);
    other.copy(bytes, nearEdge(random, bytes), from, to);
    return bytes;
  },
  function splice(random, bytes, { other }) {
    return random() < 0.9
      ? insert(bytes, place(random, bytes), other.subarray(...block(random, other)))
      : Buffer.concat([bytes.subarray(0, place(random, bytes)), other.subarray(place(random, other))]);
  },
  function truncate(random, bytes) {
    return random() < 0.3 ? bytes.subarray(0, nearEdge(random, bytes)) : bytes;
  },
  function addWord(random, bytes, { words }) {
    if (words.length === 0) return bytes;
    const word = Buffer.from(words[drawInteger(random, 0, words.length - 1)]);
    const at = place(random, bytes);
    if (random() < 0.5) return insert(bytes, at, word);
    word.copy(bytes, at);
    return bytes;
  },
  function changeNumeral(random, bytes) {
    const text = bytes.toString('latin1');
    const found = [...text.slice(0, 4096).matchAll(/-?\d+(\.\d+)?/g)];
    if (found.length === 0) return bytes;
    const { index, 0: old } = found[drawInteger(random, 0, found.length - 1)];
    const numeral = NUMERALS[drawInteger(random, 0, NUMERALS.length - 1)];
    return Buffer.from(text.slice(0, index) + numeral + text.slice(index + old.length), 'latin1');
  },
];
