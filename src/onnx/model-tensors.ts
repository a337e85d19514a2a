import type {
  AttributeProto,
  GraphProto,
  ModelProto,
  NodeProto,
  SparseTensorProto,
  TensorProto,
} from 'onnx-buf';

/**
 * Every tensor that a model holds, wherever it stands: weights of the graph, sparse ones, attributes of nodes (Constant has its values
 * there), graphs inside of nodes (If, Loop, Scan) at any depth, functions with the defaults of their attributes, and graphs for training.
 */
export function* listModelTensors(model: ModelProto): Generator<TensorProto> {
  const graphs = [
    model.graph,
    ...model.trainingInfo.flatMap(({ initialization, algorithm }) => [initialization, algorithm]),
  ].filter((graph) => graph !== undefined);
  for (const { node, attributeProto } of model.functions) {
    yield* tensorsOfAttributes(attributeProto, graphs);
    yield* tensorsOfNodes(node, graphs);
  }
  // Graphs that are met on the way are appended, so that no depth of theirs becomes a depth of calls.
  for (let graph = graphs.pop(); graph; graph = graphs.pop()) {
    yield* graph.initializer;
    for (const sparse of graph.sparseInitializer) yield* partsOf(sparse);
    yield* tensorsOfNodes(graph.node, graphs);
  }
}

function* tensorsOfNodes(nodes: readonly NodeProto[], graphs: GraphProto[]) {
  for (const { attribute } of nodes) yield* tensorsOfAttributes(attribute, graphs);
}

function* tensorsOfAttributes(
  attributes: readonly AttributeProto[],
  inside: GraphProto[],
): Generator<TensorProto> {
  for (const { t, tensors, sparseTensor, sparseTensors, g, graphs } of attributes) {
    if (t) yield t;
    yield* tensors;
    if (sparseTensor) yield* partsOf(sparseTensor);
    for (const sparse of sparseTensors) yield* partsOf(sparse);
    if (g) inside.push(g);
    for (const graph of graphs) inside.push(graph);
  }
}

function* partsOf({ values, indices }: SparseTensorProto): Generator<TensorProto> {
  if (values) yield values;
  if (indices) yield indices;
}
