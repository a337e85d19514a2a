import { givesWay } from '../core/idle-time.js';
import type { DeviceChoice } from '../devices/device-choices.js';
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
   * Computes a·b, with the same bits on any number of threads. Blocks the thread.
   *
   * @param a float64, row-major
   * @param b float64, row-major
   * @param shape sizes, and whether the matrices are stored transposed
   * @returns a new float64 [m, n], row-major
   * @throws {RangeError} if the arrays do not have the sizes of the shape
   * @throws {NetworkError} if the device cannot run it
   */
  multiply(a: Float64Array, b: Float64Array, shape: MatrixShape): Promise<Float64Array>;
  /** Frees the sessions. */
  close(): Promise<void>;
}

/** Where matrix products are computed. */
export interface MatrixProductOptions {
  /** @default 'auto' */
  readonly device?: DeviceChoice;
  /** Threads of the runtime. @default its own choice */
  readonly threads?: number;
}

/** The form of a product: which matrices are stored transposed, and whether it is computed as (bᵀ·aᵀ)ᵀ. */
interface Form {
  readonly transposeA: boolean;
  readonly transposeB: boolean;
  readonly turned: boolean;
}

/** Opens matrix products. Each form has a model of its own, which is opened on first use. */
export function openMatrixProduct(options: MatrixProductOptions = {}): MatrixProduct {
  const sessions = new Map<string, Promise<Session>>();
  // Threads that wait for one another between small products take as much processor time again, which others need more.
  const threads = givesWay() ? 1 : options.threads;
  const sessionFor = (form: Form): Promise<Session> => {
    const key = `${form.transposeA} ${form.transposeB} ${form.turned}`;
    let session = sessions.get(key);
    if (!session) {
      session = openSession(gemmModel(form), { ...options, threads, what: 'the matrix product' });
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
      // The runtime splits the longer side of a product among its threads, and the order of the sums over k depends on the number of
      // columns that a thread gets. Split by rows, every sum is computed in the same order on any number of threads.
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
  // This output keeps the runtime from folding the transposition into the product, which would undo it.
  graph.output('turned', product, 'float64', ['n', 'm']);
  graph.output('y', graph.node('Transpose', [product], { perm: [1, 0] }), 'float64', ['m', 'n']);
  return graph.toBytes();
}
