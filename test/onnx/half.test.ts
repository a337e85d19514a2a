import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { GraphBuilder } from '../../src/onnx/graph.js';
import { toHalf } from '../../src/onnx/half.js';
import { openSession } from '../../src/onnx/session.js';

/** The number that float16 bits stand for, by the definition. */
function fromHalf(bits: number): number {
  const [sign, exponent, fraction] = [bits >> 15 ? -1 : 1, (bits >> 10) & 31, bits & 1023];
  if (exponent === 31) return fraction ? Number.NaN : sign * Number.POSITIVE_INFINITY;
  return sign * (exponent ? (1 + fraction / 1024) * 2 ** (exponent - 15) : fraction * 2 ** -24);
}

describe('toHalf', () => {
  it('gives every float16 back', () => {
    const all = Uint16Array.from({ length: 65536 }, (_, i) => i).filter((bits) => (bits & 0x7c00) !== 0x7c00);
    expect(toHalf(Float32Array.from(all, fromHalf))).toEqual(all);
  });

  it('rounds to the nearest, ties to even', () => {
    fc.assert(
      fc.property(fc.float({ min: -65504, max: 65504, noNaN: true }), (value) => {
        const [bits] = toHalf(Float32Array.of(value));
        const error = Math.abs(fromHalf(bits) - value);
        for (const near of [bits - 1, bits + 1].filter((each) => each >= 0 && (each & 0x7c00) !== 0x7c00)) {
          const other = Math.abs(fromHalf(near) - value);
          if (other < error || (other === error && (bits & 1) === 1 && fromHalf(near) !== fromHalf(bits)))
            return false;
        }
        return true;
      }),
      { numRuns: 2000 },
    );
  });

  it('has infinities, NaN and zeros of both signs', () => {
    const special = Float32Array.of(
      65519.99,
      65520,
      -1e30,
      Number.NEGATIVE_INFINITY,
      Number.NaN,
      -0,
      2 ** -25,
    );
    expect([...toHalf(special)]).toEqual([0x7bff, 0x7c00, 0xfc00, 0xfc00, 0x7e00, 0x8000, 0]);
  });
});

describe('halfConstant', () => {
  it('comes out as float32 near what went in', async () => {
    const graph = new GraphBuilder('half', { opset: 18 });
    const x = graph.input('x', 'float32', [3]);
    graph.output(
      'y',
      graph.node('Mul', [x, graph.halfConstant(Float32Array.of(0.1, -2, 3), [3])]),
      'float32',
      [3],
    );
    expect(() => graph.halfConstant(Float32Array.of(1), [2])).toThrow(RangeError);
    const session = await openSession(graph.toBytes(), { device: 'cpu' });
    const { y } = await session.run({ x: { type: 'float32', shape: [3], data: Float32Array.of(1, 1, 1) } });
    expect([...y.data]).toEqual([0.0999755859375, -2, 3]);
    await session.close();
  });
});
