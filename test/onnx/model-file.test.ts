import { create, fromBinary, toBinary } from '@bufbuild/protobuf';
import { ModelProtoSchema, StringStringEntryProtoSchema, TensorProto_DataLocation } from 'onnx-buf';
import { describe, expect, it } from 'vitest';
import { NetworkError } from '../../src/core/errors.js';
import { GraphBuilder } from '../../src/onnx/graph.js';
import { readModel } from '../../src/onnx/model-file.js';

import { float32 } from '../../src/onnx/tensor.js';

/** y = weight · x by the operator given, as a file of this version would hold it. */
function model(opset: number, operator = 'Mul', weight = 3): Uint8Array {
  const graph = new GraphBuilder('model', { opset });
  const x = graph.input('image', 'float32', ['n', 2]);
  graph.output(
    'y',
    graph.node(operator, [x, graph.constant(float32(Float32Array.of(weight), [1]))]),
    'float32',
    ['n', 2],
  );
  return graph.toBytes();
}

describe('readModel', () => {
  it('says what goes in and comes out', () => {
    const { inputs, outputs, opset } = readModel(model(15), 'm.onnx');
    expect(inputs).toEqual([{ name: 'image', type: 'float32', shape: ['n', 2] }]);
    expect(outputs).toEqual([{ name: 'y', type: 'float32', shape: ['n', 2] }]);
    expect(opset).toBe(15);
  });

  it('does not take weights for inputs, as old files list them', () => {
    const proto = fromBinary(ModelProtoSchema, model(13));
    const graph = proto.graph!;
    graph.input.push({ ...graph.input[0], name: graph.initializer[0].name });
    expect(readModel(toBinary(ModelProtoSchema, proto), 'm').inputs.map(({ name }) => name)).toEqual([
      'image',
    ]);
  });

  it.each([
    ['empty', new Uint8Array(0)],
    ['cut short', model(15).subarray(0, 50)],
    ['text', new TextEncoder().encode('version https://git-lfs.github.com/spec/v1')],
    ['of zeros', new Uint8Array(100)],
  ])('refuses a file that is %s', (_, bytes) => {
    expect(() => readModel(bytes, 'm.onnx')).toThrow(
      new NetworkError('m.onnx is not a whole ONNX model: check the file, or fetch it again'),
    );
  });

  it('refuses weights in another file', () => {
    const proto = fromBinary(ModelProtoSchema, model(15));
    const [weight] = proto.graph!.initializer;
    weight.dataLocation = TensorProto_DataLocation.EXTERNAL;
    weight.externalData = [create(StringStringEntryProtoSchema, { key: 'location', value: '/etc/passwd' })];
    expect(() => readModel(toBinary(ModelProtoSchema, proto), 'm.onnx')).toThrow('save it as one file');
  });
});
