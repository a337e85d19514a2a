import { PthFault, SAVE_STATE_DICT } from '../fault.js';
import type { ByteSource } from './byte-source.js';
import { ByteOpcode, NEWOBJ, Opcode, refusedOpcodeName } from './opcodes.js';
import { PickleMachine, type PickleWorld } from './pickle-machine.js';
import { PickleBytes, PickleDict, PickleList, PickleTuple, type PickleValue } from './pickle-values.js';

const MAX_TEXT_BYTES = 16 * 1024;
const MAX_NAME_BYTES = 256;
const MAX_INTEGER_BYTES = 16;

/**
 * Reads one pickle, protocols 2 to 4 (5 where the world has bytes), from `source` up to its STOP. Nothing is executed: opcodes and globals
 * outside the allow-lists are refused by name, and those inside make values of ours. Size, depth and number
 * of objects are bounded; the time is linear in the bytes. Source: CPython's Lib/pickle.py, pickletools.py.
 *
 * @throws {PthFault} that says the byte
 */
export function readPickle(source: ByteSource, world: PickleWorld): PickleValue {
  const machine = new PickleMachine(world);
  let start = source.position;
  try {
    if (source.byte() !== Opcode.PROTO) throw new PthFault('holds no pickle of protocol 2 or later');
    const protocol = source.byte();
    const newest = world.readsBytes ? 5 : 4;
    if (protocol < 2 || protocol > newest)
      throw new PthFault(`has pickle protocol ${protocol}; 2 to ${newest} are read`);
    for (;;) {
      start = source.position;
      const code = source.byte();
      if (code === Opcode.STOP) return machine.result();
      const step = STEPS[code] ?? extraStep(code, world);
      if (!step) {
        const name = refusedOpcodeName(code);
        throw new PthFault(`has the pickle opcode ${name}, which weights don't need`, SAVE_STATE_DICT);
      }
      step(machine, source);
    }
  } catch (error) {
    throw error instanceof PthFault ? error.at(`byte ${start} of ${source.name}`) : error;
  }
}

function extraStep(code: number, { readsBytes, makesObjects }: PickleWorld): Step | undefined {
  // A class is called without parameters, as any other stand-in of ours.
  if (makesObjects && code === NEWOBJ) return (machine) => machine.reduce();
  return readsBytes ? BYTE_STEPS[code] : undefined;
}

type Step = (machine: PickleMachine, source: ByteSource) => void;

const readUInt32 = (source: ByteSource) => source.take(4).readUInt32LE();
const readLength64 = (source: ByteSource) => Number(source.take(8).readBigUInt64LE());

/** The allow-list: what each opcode does. */
const STEPS: Readonly<Record<number, Step>> = {
  [Opcode.FRAME]: (_, source) => skipFrameHead(source),
  [Opcode.MARK]: (machine) => machine.mark(),
  [Opcode.NONE]: (machine) => machine.push(null),
  [Opcode.NEWTRUE]: (machine) => machine.push(true),
  [Opcode.NEWFALSE]: (machine) => machine.push(false),
  [Opcode.BININT]: (machine, source) => machine.push(source.take(4).readInt32LE()),
  [Opcode.BININT1]: (machine, source) => machine.push(source.byte()),
  [Opcode.BININT2]: (machine, source) => machine.push(source.take(2).readUInt16LE()),
  [Opcode.LONG1]: (machine, source) => machine.push(readInteger(source, source.byte())),
  [Opcode.LONG4]: (machine, source) => machine.push(readInteger(source, readUInt32(source))),
  [Opcode.BINFLOAT]: (machine, source) => machine.push(source.take(8).readDoubleBE()),
  [Opcode.SHORT_BINSTRING]: (machine, source) => machine.push(readText(source, source.byte())),
  [Opcode.BINSTRING]: (machine, source) => machine.push(readText(source, readUInt32(source))),
  [Opcode.SHORT_BINUNICODE]: (machine, source) => machine.push(readText(source, source.byte())),
  [Opcode.BINUNICODE]: (machine, source) => machine.push(readText(source, readUInt32(source))),
  [Opcode.BINUNICODE8]: (machine, source) => machine.push(readText(source, readLength64(source))),
  [Opcode.EMPTY_TUPLE]: (machine) => machine.pushObject(new PickleTuple([])),
  [Opcode.TUPLE]: (machine) => machine.pushObject(new PickleTuple(machine.popToMark())),
  [Opcode.TUPLE1]: (machine) => machine.pushObject(new PickleTuple(machine.popMany(1))),
  [Opcode.TUPLE2]: (machine) => machine.pushObject(new PickleTuple(machine.popMany(2))),
  [Opcode.TUPLE3]: (machine) => machine.pushObject(new PickleTuple(machine.popMany(3))),
  [Opcode.EMPTY_LIST]: (machine) => machine.pushObject(new PickleList()),
  [Opcode.APPEND]: (machine) => machine.append(machine.popMany(1)),
  [Opcode.APPENDS]: (machine) => machine.append(machine.popToMark()),
  [Opcode.EMPTY_DICT]: (machine) => machine.pushObject(new PickleDict()),
  [Opcode.SETITEM]: (machine) => machine.setItems(machine.popMany(2)),
  [Opcode.SETITEMS]: (machine) => machine.setItems(machine.popToMark()),
  [Opcode.MEMOIZE]: (machine) => machine.remember(machine.memos),
  [Opcode.BINPUT]: (machine, source) => machine.remember(source.byte()),
  [Opcode.LONG_BINPUT]: (machine, source) => machine.remember(readUInt32(source)),
  [Opcode.BINGET]: (machine, source) => machine.recall(source.byte()),
  [Opcode.LONG_BINGET]: (machine, source) => machine.recall(readUInt32(source)),
  [Opcode.GLOBAL]: (machine, source) => machine.global(readLine(source), readLine(source)),
  [Opcode.STACK_GLOBAL]: (machine) => machine.stackGlobal(),
  [Opcode.BINPERSID]: (machine) => machine.resolve(),
  [Opcode.REDUCE]: (machine) => machine.reduce(),
  [Opcode.BUILD]: (machine) => machine.build(),
};

/** What the opcodes of bytes do. */
const BYTE_STEPS: Readonly<Record<number, Step>> = {
  [ByteOpcode.SHORT_BINBYTES]: (machine, source) => pushBytes(machine, source, source.byte()),
  [ByteOpcode.BINBYTES]: (machine, source) => pushBytes(machine, source, readUInt32(source)),
  [ByteOpcode.BINBYTES8]: (machine, source) => pushBytes(machine, source, readLength64(source)),
  [ByteOpcode.BYTEARRAY8]: (machine, source) => pushBytes(machine, source, readLength64(source)),
};

function pushBytes(machine: PickleMachine, source: ByteSource, byteLength: number): void {
  machine.pushObject(new PickleBytes(source.skip(byteLength), byteLength));
}

/** A frame only announces how many bytes follow. */
function skipFrameHead(source: ByteSource): void {
  const bytes = readLength64(source);
  if (bytes > source.remaining) throw new PthFault(`has a pickle frame of ${bytes} bytes, cut short`);
}

/** A two's complement integer, little-endian. */
function readInteger(source: ByteSource, byteLength: number): number | bigint {
  if (byteLength > MAX_INTEGER_BYTES) throw new PthFault(`has an integer of ${byteLength} bytes`);
  let value = 0n;
  for (const [i, byte] of source.take(byteLength).entries()) value |= BigInt(byte) << BigInt(8 * i);
  value = BigInt.asIntN(8 * byteLength, value);
  return value >= Number.MIN_SAFE_INTEGER && value <= Number.MAX_SAFE_INTEGER ? Number(value) : value;
}

function readText(source: ByteSource, byteLength: number): string {
  if (byteLength > MAX_TEXT_BYTES) throw new PthFault(`has a text of ${byteLength} bytes`);
  return source.take(byteLength).toString('utf8');
}

/** Module or name of a global, up to the end of the line. */
function readLine(source: ByteSource): string {
  const bytes: number[] = [];
  for (let byte = source.byte(); byte !== 0x0a; byte = source.byte()) {
    if (bytes.length >= MAX_NAME_BYTES) throw new PthFault('has a global with a name too long to be true');
    bytes.push(byte);
  }
  return Buffer.from(bytes).toString('utf8');
}
