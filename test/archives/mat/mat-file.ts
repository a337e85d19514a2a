import { deflateSync } from 'node:zlib';

/** What stands before the elements. */
export function matHeader({ version = 0x0100, order = 'IM' } = {}): Buffer {
  const header = Buffer.alloc(128, ' ');
  header.write('MATLAB 5.0 MAT-file', 'latin1');
  header.writeUInt16LE(version, 124);
  header.write(order, 126, 'latin1');
  return header;
}

/** A data element, padded to eight bytes. */
export function element(type: number, data: Uint8Array, bytes = data.length): Buffer {
  const tag = Buffer.alloc(8);
  tag.writeUInt32LE(type);
  tag.writeUInt32LE(bytes, 4);
  return Buffer.concat([tag, data, Buffer.alloc((8 - (data.length % 8)) % 8)]);
}

/** An array of bytes as it may be stored; `stated` is what it says of the number of its values. */
export function matArray(
  name: string,
  shape: readonly number[],
  data: Uint8Array,
  { stated = data.length, type = 2, flags = [9, 0] } = {},
): Buffer {
  const sides = Buffer.alloc(4 * shape.length);
  for (const [i, side] of shape.entries()) sides.writeInt32LE(side, 4 * i);
  return element(
    14,
    Buffer.concat([
      element(6, Buffer.from([...flags, 0, 0, 0, 0, 0, 0])),
      element(5, sides),
      element(1, Buffer.from(name)),
      element(type, data, stated),
    ]),
  );
}

/** An element in the form of a stream of zlib, which has no padding. */
export function compressed(content: Uint8Array, cut = 0): Buffer {
  const packed = deflateSync(content);
  const kept = packed.subarray(0, packed.length - cut);
  const tag = Buffer.alloc(8);
  tag.writeUInt32LE(15);
  tag.writeUInt32LE(kept.length, 4);
  return Buffer.concat([tag, kept]);
}
