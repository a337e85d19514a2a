import { create } from '@bufbuild/protobuf';
import {
  AttributeProtoSchema,
  FunctionProtoSchema,
  GraphProtoSchema,
  ModelProtoSchema,
  NodeProtoSchema,
  SparseTensorProtoSchema,
  TensorProtoSchema,
  TrainingInfoProtoSchema,
} from 'onnx-buf';
import { describe, expect, it } from 'vitest';
import { listModelTensors } from '../../src/onnx/model-tensors.js';

const tensor = (name: string) => create(TensorProtoSchema, { name });
const sparse = (name: string) =>
  create(SparseTensorProtoSchema, { values: tensor(`${name} values`), indices: tensor(`${name} indices`) });
const node = (...attribute: ReturnType<typeof attributeOf>[]) => create(NodeProtoSchema, { attribute });
const attributeOf = (init: Parameters<typeof create<typeof AttributeProtoSchema>>[1]) =>
  create(AttributeProtoSchema, init);
const graph = (name: string, ...nodes: ReturnType<typeof node>[]) =>
  create(GraphProtoSchema, { initializer: [tensor(name)], node: nodes });

describe('listModelTensors', () => {
  it('finds a tensor wherever one can stand', () => {
    const model = create(ModelProtoSchema, {
      graph: create(GraphProtoSchema, {
        initializer: [tensor('weights')],
        sparseInitializer: [sparse('sparse weights')],
        node: [
          node(attributeOf({ t: tensor('constant') }), attributeOf({ tensors: [tensor('one of many')] })),
          node(
            attributeOf({ sparseTensor: sparse('sparse constant') }),
            attributeOf({ sparseTensors: [sparse('sparse of many')] }),
          ),
          node(
            attributeOf({ g: graph('branch', node(attributeOf({ g: graph('branch of branch') }))) }),
            attributeOf({ graphs: [graph('one of many graphs')] }),
          ),
        ],
      }),
      functions: [
        create(FunctionProtoSchema, {
          node: [
            node(
              attributeOf({ t: tensor('in a function') }),
              attributeOf({ g: graph('branch in a function') }),
            ),
          ],
          attributeProto: [attributeOf({ t: tensor('default of a function') })],
        }),
      ],
      trainingInfo: [
        create(TrainingInfoProtoSchema, {
          initialization: graph('start'),
          algorithm: graph('training step'),
        }),
      ],
    });
    expect([...listModelTensors(model)].map(({ name }) => name).sort()).toEqual(
      [
        'weights',
        'constant',
        'one of many',
        'branch',
        'branch of branch',
        'one of many graphs',
        'in a function',
        'branch in a function',
        'default of a function',
        'start',
        'training step',
        ...['sparse weights', 'sparse constant', 'sparse of many'].flatMap((name) => [
          `${name} values`,
          `${name} indices`,
        ]),
      ].sort(),
    );
  });

  it('finds none in an empty model', () => {
    expect([...listModelTensors(create(ModelProtoSchema, {}))]).toEqual([]);
  });

  it('goes to any depth', () => {
    let inner = graph('innermost');
    for (let depth = 0; depth < 20_000; depth++)
      inner = create(GraphProtoSchema, { node: [node(attributeOf({ g: inner }))] });
    expect([...listModelTensors(create(ModelProtoSchema, { graph: inner }))].map(({ name }) => name)).toEqual(
      ['innermost'],
    );
  });
});
