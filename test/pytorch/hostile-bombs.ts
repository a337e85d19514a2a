import {
  ascii,
  bytes,
  dict,
  EMPTY_DICT,
  EMPTY_TUPLE,
  global,
  integer,
  MARK,
  NONE,
  pickle,
  REDUCE,
  tensor,
  text,
  tuple,
  uint32,
} from './pickle-bytes.js';
import { zipped } from './pth-bytes.js';
import type { Case } from './refusal.js';

const repeat = (count: number, ...parts: Buffer[]): Buffer =>
  Buffer.alloc(count * Buffer.concat(parts).length, Buffer.concat(parts));
const memo = (index: number) => Buffer.concat([ascii('r'), uint32(index)]);
const recall = (index: number) => Buffer.concat([ascii('j'), uint32(index)]);
const weight = (value: Buffer): Buffer => pickle(dict({ weight: value }));

/** Longer than any of the reader's limits lets pass, so that only the limit can stop them. */
const MANY = 1_000_000;

export const bombs: readonly Case[] = [
  ['a million marks', () => zipped(pickle(repeat(MANY, MARK))), /nests more than 200 marks/],
  [
    'a million values on the stack',
    () => zipped(pickle(repeat(MANY, NONE))),
    /stacks more than 100000 values/,
  ],
  [
    'a million nested tuples',
    () => zipped(pickle(EMPTY_TUPLE, repeat(MANY, bytes(0x85)))),
    /makes more than 500000 objects/,
  ],
  ['400,000 nested tuples', () => zipped(pickle(EMPTY_TUPLE, repeat(400_000, bytes(0x85)))), /holds a tuple/],
  [
    'a million dicts in a list',
    () => zipped(pickle(ascii(']'), repeat(MANY, EMPTY_DICT, ascii('a')))),
    /makes more than 500000 objects/,
  ],
  [
    'a million memos',
    () => zipped(pickle(NONE, Buffer.concat(Array.from({ length: MANY }, (_, i) => memo(i))))),
    /memoizes more than 500000/,
  ],
  [
    '20 MB of integers in a list',
    () => zipped(pickle(ascii(']'), repeat(7 * MANY, bytes(0x4b, 1), ascii('a')))),
    /more than 16777216 bytes of pickle/,
  ],
  [
    'a billion laughs of tuples',
    () => {
      const layer = (i: number) => Buffer.concat([recall(i), recall(i), bytes(0x86), memo(i + 1)]);
      return zipped(pickle(tuple(EMPTY_TUPLE, memo(0), ...Array.from({ length: 60 }, (_, i) => layer(i)))));
    },
    /holds a tuple/,
  ],
  [
    'a dict of dicts, each ten times in the next',
    () => {
      const layer = (i: number): Buffer =>
        Buffer.concat([
          i === 0 ? dict({ t: tensor() }) : Buffer.concat([EMPTY_DICT, text('k0'), layer(i - 1), ascii('s')]),
          ...(i === 0
            ? []
            : Array.from({ length: 9 }, (_, k) =>
                Buffer.concat([text(`k${k + 1}`), recall(i - 1), ascii('s')]),
              )),
          memo(i),
        ]);
      return zipped(pickle(layer(12)));
    },
    /has the dict ".*" in two places/,
  ],
  [
    'a dict within itself',
    () => zipped(pickle(EMPTY_DICT, memo(0), text('a'), recall(0), ascii('s'))),
    /in two places/,
  ],
  [
    'a tuple of a list of itself',
    () => zipped(weight(Buffer.concat([ascii(']'), memo(0), recall(0), bytes(0x85), ascii('a')]))),
    /has a list at "weight"/,
  ],
  [
    '30,000 nested dicts',
    () => zipped(pickle(EMPTY_DICT, repeat(30_000, text('a'), EMPTY_DICT), repeat(30_000, ascii('s')))),
    /nests dicts more than 16 deep/,
  ],
  [
    'one long list made into many OrderedDicts',
    () => {
      const pair = (i: number) => Buffer.concat([integer(i), NONE, bytes(0x86)]);
      const list = Buffer.concat([
        ascii(']'),
        MARK,
        ...Array.from({ length: 20_000 }, (_, i) => pair(i)),
        ascii('e'),
        memo(0),
      ]);
      const copy = Buffer.concat([recall(1), recall(0), bytes(0x85), REDUCE]);
      return zipped(pickle(list, global('collections', 'OrderedDict'), memo(1), repeat(50_000, copy)));
    },
    /makes more than 500000 objects/,
  ],
  ['a LONG4 of 2 GB', () => zipped(pickle(bytes(0x8b), uint32(2 ** 31 - 1))), /integer of 2147483647 bytes/],
  [
    'a LONG1 of 255 bytes',
    () => zipped(pickle(bytes(0x8a, 255), Buffer.alloc(255, 1))),
    /integer of 255 bytes/,
  ],
  ['a text of 4 GB', () => zipped(pickle(ascii('X'), uint32(2 ** 32 - 1))), /text of 4294967295 bytes/],
  ['a text of 2^63 bytes', () => zipped(pickle(bytes(0x8d), Buffer.alloc(8, 0x7f))), /text of \d+ bytes/],
  [
    'a name of 1 MB',
    () => zipped(pickle(ascii('c'), repeat(MANY, ascii('a')), ascii('\nb\n'))),
    /a name too long/,
  ],
  [
    'names that grow with depth',
    () => zipped(pickle(dict({ ['a'.repeat(15_000)]: tensor() }))),
    /overlong name "a{60}\.\.\."/,
  ],
  [
    'a frame beyond the end',
    () => zipped(Buffer.concat([bytes(0x80, 4, 0x95), Buffer.alloc(8, 0x7f), ascii('N.')])),
    /pickle frame of/,
  ],
  ['a memo that was never made', () => zipped(pickle(recall(7))), /recalls the memo 7/],
  ['a group that was never begun', () => zipped(pickle(ascii('t'))), /ends a group it never began/],
  ['values taken from below a mark', () => zipped(pickle(NONE, MARK, bytes(0x85))), /takes more than it has/],
  ['a STOP on an empty stack', () => zipped(pickle()), /takes more than it has/],
  ['a STOP with values left', () => zipped(pickle(NONE, NONE)), /values left over/],
  ['no STOP', () => zipped(Buffer.concat([bytes(0x80, 2), NONE])), /is cut short/],
  [
    'something behind the STOP',
    () => zipped(Buffer.concat([weight(tensor()), ascii('x')])),
    /1 bytes behind the pickle/,
  ],
];
