import type { DeviceChoice } from './devices.js';
import { GraphBuilder } from './graph.js';
import { openSession, type Session } from './session.js';
import { float64 } from './tensor.js';

/** Sizes of a matrix product: a is m × k (stored k × m if `transposeA`), b is k × n (stored n × k if `transposeB`). */
export interface MatrixShape {
  readonly m: number;
  readonly k: number;
  readonly n: number;
  readonly transposeA?: boolean;
  readonly transposeB?: boolean;
}

/** Matrix products in float64 on the runtime's kernels. */
export interface MatrixProduct {
  /**
   * Row-major a·b as a new [m, n] array, the same bits on any number of threads. Throws RangeError if the arrays don't fit the shape, and NetworkError if the
   * device cannot run it. The thread is blocked meanwhile.
   */
  multiply(a: Float64Array, b: Float64Array, shape: MatrixShape): Promise<Float64Array>;
  /** Frees the sessions. */
  close(): Promise<void>;
}

export interface MatrixProductOptions {
  /** @default 'auto' */
  readonly device?: DeviceChoice;
  /** Threads of the runtime; undefined lets it choose. */
  readonly threads?: number;
}

/** The form of a product: which of its matrices come transposed, and whether it is computed as (bᵀ·aᵀ)ᵀ. */
interface Form {
  readonly transposeA: boolean;
  readonly transposeB: boolean;
  readonly turned: boolean;
}

/** Opens matrix products. Each form is a model of its own, opened when it is first used. */
export function openMatrixProduct(options: MatrixProductOptions = {}): MatrixProduct {
  const sessions = new Map<string, Promise<Session>>();
  const sessionFor = (form: Form): Promise<Session> => {
    const key = `${form.transposeA} ${form.transposeB} ${form.turned}`;
    let session = sessions.get(key);
    if (!session) {
      session = openSession(gemmModel(form), { ...options, what: 'the matrix product' });
      sessions.set(key, session);
    }
    return session;
  };
  return {
    async multiply(a, b, { m, k, n, transposeA = false, transposeB = false }) {
      if (a.length !== m * k || b.length !== k * n) {
        throw new RangeError(
          `expected ${m * k} and ${k * n} elements for a matrix product but received ${a.length} and ${b.length}`,
        );
      }
      // The runtime shares the longer side of a product out to its threads, and how it splits the sums over k hangs on the number of
      // columns that a thread has: shared out by rows, every sum is made in the same order on any number of threads.
      const session = await sessionFor({ transposeA, transposeB, turned: n > m });
      const { y } = await session.run(
        {
          a: float64(a, transposeA ? [k, m] : [m, k]),
          b: float64(b, transposeB ? [n, k] : [k, n]),
        },
        ['y'],
      );
      return y.data as Float64Array;
    },
    async close() {
      const opened = [...sessions.values()];
      sessions.clear();
      for (const session of opened) await (await session).close();
    },
  };
}

/** y = op(a)·op(b). Gemm, because MatMul cannot transpose and is no faster. */
function gemmModel({ transposeA, transposeB, turned }: Form): Uint8Array {
  const graph = new GraphBuilder('matrix-product', { opset: 17 });
  const a = graph.input('a', 'float64', ['a_rows', 'a_columns']);
  const b = graph.input('b', 'float64', ['b_rows', 'b_columns']);
  if (!turned) {
    const y = graph.node('Gemm', [a, b], { transA: Number(transposeA), transB: Number(transposeB) });
    graph.output('y', y, 'float64', ['m', 'n']);
    return graph.toBytes();
  }
  const product = graph.node('Gemm', [b, a], { transA: Number(!transposeB), transB: Number(!transposeA) });
  // Were this no output, the runtime would fold the transposition into the product, and turn it back.
  graph.output('turned', product, 'float64', ['n', 'm']);
  graph.output('y', graph.node('Transpose', [product], { perm: [1, 0] }), 'float64', ['m', 'n']);
  return graph.toBytes();
}
