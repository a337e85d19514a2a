import { create, toBinary } from '@bufbuild/protobuf';
import { AttributeProto_AttributeType, ModelProtoSchema, TensorProto_DataType } from 'onnx-buf';
import { InferenceSession, Tensor } from 'onnxruntime-node';

/** Sizes of a matrix product: a is m × k (stored k × m if `transposeA`), b is k × n (stored n × k if `transposeB`). */
export interface MatrixShape {
  readonly m: number;
  readonly k: number;
  readonly n: number;
  readonly transposeA?: boolean;
  readonly transposeB?: boolean;
}

/** Matrix products in float64 on ONNX Runtime's own kernels. */
export interface MatrixProduct {
  /** Row-major a·b as a new [m, n] array. */
  multiply(a: Float64Array, b: Float64Array, shape: MatrixShape): Promise<Float64Array>;
  close(): Promise<void>;
}

export interface MatrixProductOptions {
  /** Threads of the runtime; undefined lets it choose. */
  readonly threads?: number;
}

/** Opens matrix products; the four forms of transposing are four one-node models, each made when it is first used. */
export function openMatrixProduct({ threads }: MatrixProductOptions = {}): MatrixProduct {
  const sessions = new Map<string, Promise<InferenceSession>>();
  const sessionFor = ({ transposeA = false, transposeB = false }: MatrixShape): Promise<InferenceSession> => {
    const key = `${transposeA} ${transposeB}`;
    let session = sessions.get(key);
    if (!session) {
      session = InferenceSession.create(gemmModel(transposeA, transposeB), { intraOpNumThreads: threads });
      sessions.set(key, session);
    }
    return session;
  };
  return {
    async multiply(a, b, shape) {
      const { m, k, n, transposeA, transposeB } = shape;
      if (a.length !== m * k || b.length !== k * n) {
        throw new RangeError(`expected ${m * k} and ${k * n} elements but received ${a.length} and ${b.length}`);
      }
      const session = await sessionFor(shape);
      const outputs = await session.run({
        a: new Tensor('float64', a, transposeA ? [k, m] : [m, k]),
        b: new Tensor('float64', b, transposeB ? [n, k] : [k, n]),
      });
      return outputs.y.data as Float64Array;
    },
    async close() {
      for (const session of sessions.values()) await (await session).release();
      sessions.clear();
    },
  };
}

function gemmModel(transposeA: boolean, transposeB: boolean): Uint8Array {
  const matrix = (name: string) => ({
    name,
    type: {
      value: {
        case: 'tensorType' as const,
        value: {
          elemType: TensorProto_DataType.DOUBLE,
          shape: {
            dim: ['rows', 'columns'].map((axis) => ({
              value: { case: 'dimParam' as const, value: `${name}_${axis}` },
            })),
          },
        },
      },
    },
  });
  const flag = (name: string, on: boolean) => ({ name, type: AttributeProto_AttributeType.INT, i: BigInt(on) });
  return toBinary(
    ModelProtoSchema,
    create(ModelProtoSchema, {
      irVersion: 9n,
      opsetImport: [{ domain: '', version: 17n }],
      graph: {
        name: 'matrix-product',
        node: [
          {
            opType: 'Gemm',
            input: ['a', 'b'],
            output: ['y'],
            attribute: [flag('transA', transposeA), flag('transB', transposeB)],
          },
        ],
        input: [matrix('a'), matrix('b')],
        output: [matrix('y')],
      },
    }),
  );
}
