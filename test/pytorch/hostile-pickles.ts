import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  ascii,
  bytes,
  call,
  dict,
  EMPTY_DICT,
  EMPTY_TUPLE,
  global,
  integer,
  MARK,
  NONE,
  ORDERED_DICT,
  pickle,
  REDUCE,
  storage,
  tensor,
  text,
  tuple,
} from './pickle-bytes.js';
import { zipped } from './pth-bytes.js';
import type { Case } from './refusal.js';

/** Made by whatever an attack gets to run. */
export const CANARY = join(tmpdir(), `ganeval-canary-${process.pid}`);
export const TOUCH = `touch ${CANARY}`;

/** Pickles that try to run something. Each goes into both layouts, and into every pickle of the older one. */
export const attacks: readonly (readonly [string, Buffer, RegExp])[] = [
  ['os.system', pickle(call(global('os', 'system'), text(TOUCH))), /global "os.system"/],
  ['posix.system', pickle(call(global('posix', 'system'), text(TOUCH))), /global "posix.system"/],
  ['nt.system', pickle(call(global('nt', 'system'), text(TOUCH))), /global "nt.system"/],
  ['builtins.eval', pickle(call(global('builtins', 'eval'), text('1'))), /global "builtins.eval"/],
  ['builtins.exec', pickle(call(global('builtins', 'exec'), text('1'))), /global "builtins.exec"/],
  [
    '__builtin__.getattr',
    pickle(call(global('__builtin__', 'getattr'), NONE)),
    /global "__builtin__.getattr"/,
  ],
  ['subprocess.Popen', pickle(call(global('subprocess', 'Popen'), text(TOUCH))), /global "subprocess.Popen"/],
  ['torch.load', pickle(call(global('torch', 'load'), text('/etc/passwd'))), /global "torch.load"/],
  [
    'a storage class of another kind',
    pickle(storage({ type: 'UntypedStorage' })),
    /global "torch.UntypedStorage"/,
  ],
  ['the constructor of JavaScript', pickle(global('', 'constructor')), /global ".constructor"/],
  ['__proto__ as a global', pickle(global('__proto__', 'constructor')), /global "__proto__.constructor"/],
  ['a global by STACK_GLOBAL', pickle(text('os'), text('system'), bytes(0x93)), /global "os.system"/],
  ['STACK_GLOBAL of numbers', pickle(integer(1), text('system'), bytes(0x93)), /names a global by a number/],
  [
    'a global with line breaks and colors',
    pickle(global('\x1b[31m\x00', 'x')),
    /global "\\u001b\[31m\\u0000.x"/,
  ],
  [
    'REDUCE of a storage class',
    pickle(call(global('torch', 'FloatStorage'))),
    /calls the global torch.FloatStorage/,
  ],
  ['REDUCE of a text', pickle(call(text('os.system'), text(TOUCH))), /calls a text/],
  [
    'REDUCE with a dict',
    pickle(global('collections', 'OrderedDict'), EMPTY_DICT, REDUCE),
    /a dict for parameters/,
  ],
  ['BUILD with __setstate__', pickle(ORDERED_DICT, dict({ __setstate__: NONE }), ascii('b')), /BUILD/],
  [
    'BUILD on a tensor',
    pickle(tensor(), dict({ _metadata: NONE }), ascii('b')),
    /state of a tensor by BUILD/,
  ],
  [
    'BUILD on a global',
    pickle(global('torch', 'LongStorage'), dict({ _metadata: NONE }), ascii('b')),
    /BUILD/,
  ],
  ['INST', pickle(MARK, text(TOUCH), ascii('ios\nsystem\n')), /opcode INST/],
  ['OBJ', pickle(MARK, text('os'), text(TOUCH), ascii('o')), /opcode OBJ/],
  ['NEWOBJ', pickle(text('os'), EMPTY_TUPLE, bytes(0x81)), /opcode NEWOBJ/],
  ['NEWOBJ_EX', pickle(text('os'), EMPTY_TUPLE, EMPTY_DICT, bytes(0x92)), /opcode NEWOBJ_EX/],
  ['EXT1', pickle(bytes(0x82, 1)), /opcode EXT1/],
  ['EXT2', pickle(bytes(0x83, 1, 0)), /opcode EXT2/],
  ['EXT4', pickle(bytes(0x84, 1, 0, 0, 0)), /opcode EXT4/],
  ['PERSID', pickle(ascii('Pstorage\n')), /opcode PERSID/],
  ['DUP', pickle(NONE, ascii('2')), /opcode DUP/],
  ['a byte that is no opcode', pickle(bytes(0xff)), /opcode 0xff/],
  ['protocol 0', ascii("(dp0\nS'a'\np1\nI1\ns."), /no pickle of protocol 2|neither a zip nor a pickle/],
  ['protocol 5', Buffer.concat([bytes(0x80, 5), NONE, ascii('.')]), /pickle protocol 5/],
];

const weight = (value: Buffer): Buffer => pickle(dict({ weight: value }));

const HUGE = 2n ** 62n;
const TENSOR_OUTSIDE = /does not lie in its storage/;

export const lies: readonly Case[] = [
  [
    'a storage that states more than it has',
    () => zipped(weight(tensor({ length: 5 }))),
    /has 16 bytes in .* 20 belong/,
  ],
  [
    'a storage that states less',
    () => zipped(weight(tensor({ length: 3, shape: [3] }))),
    /has 16 bytes in .* 12 belong/,
  ],
  [
    'a storage of 2^62 elements',
    () => zipped(weight(tensor({ length: HUGE }))),
    /4611686018427387904 for the size/,
  ],
  [
    'a storage of 2^53 - 1 elements',
    () => zipped(weight(tensor({ length: 2n ** 53n - 1n }))),
    /has 16 bytes in/,
  ],
  [
    'a storage of -4 elements',
    () => zipped(weight(tensor({ length: -4 }))),
    /has -4 for the size of storage "0"/,
  ],
  [
    'a storage that is not there',
    () => zipped(weight(tensor({ key: '1' }))),
    /no zip entry for the storage "1"/,
  ],
  [
    'a storage outside the zip',
    () => zipped(weight(tensor({ key: '../../version' }))),
    /no zip entry for the storage/,
  ],
  [
    'a storage described in two ways',
    () => zipped(pickle(dict({ a: tensor(), b: tensor({ type: 'LongStorage', length: 2 }) }))),
    /describes the storage "0" in two ways/,
  ],
  [
    'a persistent id that is a text',
    () => zipped(weight(Buffer.concat([text('0'), ascii('Q')]))),
    /no storage/,
  ],
  [
    'a persistent id that is a module',
    () => zipped(weight(Buffer.concat([tuple(text('module'), NONE, text('a'), text('b')), ascii('Q')]))),
    /a persistent id that is no storage/,
  ],
  ['a negative offset', () => zipped(weight(tensor({ offset: -1 }))), /has -1 for a tensor's offset/],
  ['a negative stride', () => zipped(weight(tensor({ strides: [-1] }))), /has -1 for a tensor's strides/],
  ['a negative size', () => zipped(weight(tensor({ shape: [-4] }))), /has -4 for a tensor's shape/],
  ['an offset beyond the storage', () => zipped(weight(tensor({ offset: 1 }))), TENSOR_OUTSIDE],
  ['a stride beyond the storage', () => zipped(weight(tensor({ strides: [2] }))), TENSOR_OUTSIDE],
  [
    'an empty tensor beyond the storage',
    () => zipped(weight(tensor({ offset: 5, shape: [0] }))),
    TENSOR_OUTSIDE,
  ],
  [
    'a shape whose product overflows to a small number',
    () => zipped(weight(tensor({ shape: [2 ** 32, 2 ** 32, 4], strides: [0, 0, 1] }))),
    TENSOR_OUTSIDE,
  ],
  [
    'a shape whose product overflows to infinity',
    () =>
      zipped(
        weight(tensor({ shape: Array(16).fill(2n ** 53n - 1n), strides: Array(16).fill(2n ** 53n - 1n) })),
      ),
    TENSOR_OUTSIDE,
  ],
  [
    'a tensor of 2^40 values out of one',
    () => zipped(weight(tensor({ shape: [2 ** 40], strides: [0] }))),
    /makes 4398046511104 bytes/,
  ],
  [
    'many large tensors out of one storage',
    () =>
      zipped(
        pickle(
          dict(
            Object.fromEntries(
              Array.from({ length: 5000 }, (_, i) => [`w${i}`, tensor({ shape: [1000], strides: [0] })]),
            ),
          ),
        ),
      ),
    /makes 20000000 bytes of tensors out of a file of/,
  ],
  [
    '17 axes',
    () => zipped(weight(tensor({ shape: Array(17).fill(1), strides: Array(17).fill(1) }))),
    /17 axes/,
  ],
  ['fewer strides than sides', () => zipped(weight(tensor({ strides: [] }))), /1 axes with 0 strides/],
  [
    'a shape that is a list',
    () =>
      zipped(
        weight(
          call(global('torch._utils', '_rebuild_tensor'), storage(), integer(0), ascii(']'), EMPTY_TUPLE),
        ),
      ),
    /shape is no short tuple/,
  ],
  [
    'a tensor over a tensor',
    () => zipped(weight(call(global('torch._utils', '_rebuild_tensor_v2'), tensor()))),
    /tensor over a tensor/,
  ],
  [
    'a tensor without parameters',
    () => zipped(weight(call(global('torch._utils', '_rebuild_tensor_v2')))),
    /tensor over None/,
  ],
  [
    'a parameter over a text',
    () => zipped(weight(call(global('torch._utils', '_rebuild_parameter'), text('x')))),
    /parameter over a text/,
  ],
  ['a number in place of a tensor', () => zipped(weight(integer(3))), /has a number at "weight"/],
  ['a list in place of a dict', () => zipped(pickle(ascii(']'))), /holds a list in place of a dict/],
  ['a dict without tensors', () => zipped(pickle(EMPTY_DICT)), /holds no tensor/],
  [
    'a dict key twice',
    () => zipped(pickle(EMPTY_DICT, MARK, text('a'), NONE, text('a'), NONE, ascii('u'))),
    /key "a" twice/,
  ],
  [
    'a dict key that is a tuple',
    () => zipped(pickle(EMPTY_DICT, EMPTY_TUPLE, NONE, ascii('s'))),
    /key that is a tuple/,
  ],
  [
    'one name by two ways',
    () => zipped(pickle(dict({ 'a.b': tensor(), a: dict({ b: tensor() }) }))),
    /two tensors named "a.b"/,
  ],
];
