/** Pieces of pickles, as torch.save writes them (protocol 2) and as an attacker might. */

export const bytes = (...codes: number[]): Buffer => Buffer.from(codes);
export const ascii = (text: string): Buffer => Buffer.from(text, 'latin1');

export const MARK = ascii('(');
export const REDUCE = ascii('R');
export const EMPTY_DICT = ascii('}');
export const EMPTY_TUPLE = ascii(')');
export const NONE = ascii('N');
export const FALSE = bytes(0x89);

export function pickle(...parts: Buffer[]): Buffer {
  return Buffer.concat([bytes(0x80, 2), ...parts, ascii('.')]);
}

export function text(value: string): Buffer {
  const utf8 = Buffer.from(value);
  return Buffer.concat([ascii('X'), uint32(utf8.length), utf8]);
}

export function uint32(value: number): Buffer {
  const result = Buffer.alloc(4);
  result.writeUInt32LE(value);
  return result;
}

/** LONG1 of 8 bytes, which holds whatever a size may be. */
export function integer(value: number | bigint): Buffer {
  const result = Buffer.alloc(10);
  result[0] = 0x8a;
  result[1] = 8;
  result.writeBigInt64LE(BigInt(value), 2);
  return result;
}

export const global = (module: string, name: string): Buffer => ascii(`c${module}\n${name}\n`);
export const tuple = (...items: Buffer[]): Buffer => Buffer.concat([MARK, ...items, ascii('t')]);
export const call = (callable: Buffer, ...parameters: Buffer[]): Buffer =>
  Buffer.concat([callable, tuple(...parameters), REDUCE]);
export const dict = (items: Readonly<Record<string, Buffer>>): Buffer =>
  Buffer.concat([
    EMPTY_DICT,
    MARK,
    ...Object.entries(items).flatMap(([key, value]) => [text(key), value]),
    ascii('u'),
  ]);

export const ORDERED_DICT = call(global('collections', 'OrderedDict'));

export interface TensorLie {
  readonly type?: string;
  readonly key?: string;
  readonly length?: number | bigint;
  readonly offset?: number | bigint;
  readonly shape?: readonly (number | bigint)[];
  readonly strides?: readonly (number | bigint)[];
}

export function storage({ type = 'FloatStorage', key = '0', length = 4 }: TensorLie = {}): Buffer {
  const id = tuple(text('storage'), global('torch', type), text(key), text('cpu'), integer(length));
  return Buffer.concat([id, ascii('Q')]);
}

/** A tensor of 4 float32 in the storage "0", unless the options say otherwise. */
export function tensor(lie: TensorLie = {}): Buffer {
  const { offset = 0, shape = [4], strides = [1] } = lie;
  return call(
    global('torch._utils', '_rebuild_tensor_v2'),
    storage(lie),
    integer(offset),
    tuple(...shape.map(integer)),
    tuple(...strides.map(integer)),
    FALSE,
    ORDERED_DICT,
  );
}
