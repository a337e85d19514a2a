import { NetworkError } from '../../../core/errors.js';
import type { ModelFile } from '../../../onnx/model-file.js';
import type { Port } from '../../../onnx/session.js';

const IDS = 'input_ids';
const MASK = 'attention_mask';
/** What embeddings of texts are called, the best first. */
const EMBEDDINGS: readonly string[] = ['text_embeds', 'sentence_embedding', 'pooler_output'];
/** Texts at a time; always as many, so that a text's numbers do not depend on the others. */
const BATCH = 32;
const MAX_BATCH = 4096;

type IntegerType = 'int64' | 'int32';

/** How a text tower is fed and read. */
export interface TowerPorts {
  readonly ids: { readonly name: string; readonly type: IntegerType };
  /** The input that says which tokens are no padding, where there is one. */
  readonly mask?: { readonly name: string; readonly type: IntegerType };
  readonly output: string;
  /** Texts at a time. */
  readonly batch: number;
  /** Tokens of every text, where the tower fixes it. */
  readonly length?: number;
}

/**
 * Finds what a text tower takes and gives: `input_ids` [n, length], perhaps `attention_mask`, and an embedding of each text [n, width].
 *
 * @param path of its file, for messages
 * @throws {NetworkError} for a network of other inputs or outputs
 */
export function inspectTower(path: string, { inputs, outputs }: ModelFile): TowerPorts {
  const other = inputs.find(({ name }) => name !== IDS && name !== MASK);
  if (other || !inputs.some(({ name }) => name === IDS)) {
    throw new NetworkError(
      `${path} takes ${listPorts(inputs)}: give a text tower alone, which takes ${IDS}, and perhaps ${MASK}.`,
    );
  }
  const [ids, mask] = [IDS, MASK].map((name) => integerPort(path, inputs, name));
  if (!ids) throw new NetworkError(`${path} takes no ${IDS}: give a text tower.`);
  const [batch, length] = ids.shape;
  if (typeof batch === 'number' && !(batch >= 1 && batch <= MAX_BATCH)) {
    throw new NetworkError(
      `${path} takes exactly ${batch} texts at a time, and 1 to ${MAX_BATCH} are possible: export it with an open batch axis.`,
    );
  }
  return {
    ids,
    ...(mask && { mask }),
    output: chooseOutput(path, outputs),
    batch: typeof batch === 'number' ? batch : BATCH,
    ...(typeof length === 'number' && length > 0 && { length }),
  };
}

function integerPort(path: string, inputs: readonly Port[], name: string) {
  const found = inputs.find((input) => input.name === name);
  if (!found) return undefined;
  const { type, shape } = found;
  if ((type === 'int64' || type === 'int32') && shape.length === 2)
    return { name, type: type as IntegerType, shape };
  throw new NetworkError(`${path} takes ${listPorts([found])}: give a text tower with int64 [n, length].`);
}

function chooseOutput(path: string, outputs: readonly Port[]): string {
  const flat = outputs.filter(({ shape }) => shape.length === 2);
  const known = EMBEDDINGS.find((name) => outputs.some((output) => output.name === name));
  const name = known ?? (flat.length === 1 ? flat[0].name : undefined);
  const output = outputs.find((each) => each.name === name);
  if (!output) {
    throw new NetworkError(
      `${path} gives ${listPorts(outputs)}: give a text tower with its projection, which gives ${EMBEDDINGS.join(', or ')} of [n, width].`,
    );
  }
  if (output.type === 'float32') return output.name;
  throw new NetworkError(
    `${path} gives ${listPorts([output])}: give a text tower with outputs of float32, as its file without a suffix (fp16, q4) has them.`,
  );
}

function listPorts(ports: readonly Port[]): string {
  const shown = ports.slice(0, 6).map(({ name, type, shape }) => {
    const sides = shape.map((side) => (side === '' ? '?' : side)).join(', ');
    return `${name.slice(0, 60)} (${type || 'no tensor'} [${sides.slice(0, 60)}])`;
  });
  return shown.length === 0 ? 'nothing' : shown.join(', ');
}
