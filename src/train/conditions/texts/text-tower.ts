import { createHash } from 'node:crypto';
import { NetworkError } from '../../../core/errors.js';
import type { DeviceChoice } from '../../../devices/device-choices.js';
import { shorten } from '../../../images/naming/name-some.js';
import {
  digestOfBoth,
  MAX_MODEL_BYTES,
  type OutsideWeights,
  takeExternalWeights,
} from '../../../networks/weight-files/external-weights.js';
import { openWithWeights } from '../../../networks/weight-files/open-with-weights.js';
import { describeModel, type ModelFile, parseModel } from '../../../onnx/model-file.js';
import type { Session } from '../../../onnx/session.js';
import type { FedTensor, TensorData } from '../../../onnx/tensor.js';
import { readWhole, whyUnread } from '../../../storage/read-whole.js';
import { MAX_EMBEDDING } from '../condition-form.js';
import { unitOf } from '../unit-vector.js';
import { inspectTower, type TowerPorts } from './inspect-tower.js';
import { readTokenizer, type TowerTokenizer } from './read-tokenizer.js';
import type { TokenizedText } from './text-tokenizer.js';
import { findTower } from './tower-files.js';
import type { TextTowerForm } from './tower-form.js';

/** Where a tower runs. */
export interface TowerOptions {
  /** @default 'auto', which is the CPU */
  readonly device?: DeviceChoice;
  /** @default all cores */
  readonly threads?: number;
}

/** Embeddings of some texts. */
export interface EmbeddedTexts {
  readonly width: number;
  /** float32 [n, width], row-major; each row has the length 1. */
  readonly values: Float32Array;
  /** Texts that have more tokens than the tower takes. */
  readonly cut: number;
}

/** A network that embeds texts, with its tokenizer: as the text tower of CLIP. */
export interface TextTower {
  /** Path of its .onnx file. */
  readonly path: string;
  readonly form: TextTowerForm;
  /** Tokens that it takes of a text. */
  readonly length: number;
  /**
   * Embeds texts. The network is loaded when it is first called.
   *
   * @throws {NetworkError} for what the tower or its tokenizer can't do, and for numbers that are none
   */
  embed(texts: readonly string[]): Promise<EmbeddedTexts>;
  close(): Promise<void>;
}

/**
 * Reads a text tower: an ONNX model as Optimum, transformers.js or `torch.onnx.export` write that of CLIP, with `tokenizer.json`.
 *
 * @param path of its folder or of its .onnx file
 * @throws {NetworkError} for files that can't be read or used
 */
export async function openTextTower(path: string, options: TowerOptions = {}): Promise<TextTower> {
  const files = await findTower(path);
  const { sha256, model, outside } = await readModelFiles(files.model);
  const ports = inspectTower(files.model, model);
  const tokenizer = await readTokenizer(files, ports.length);
  return new OpenTower({ path: files.model, sha256, model, outside, ports, tokenizer, options });
}

interface TowerParts {
  readonly path: string;
  readonly sha256: string;
  readonly model: ModelFile;
  readonly outside?: OutsideWeights;
  readonly ports: TowerPorts;
  readonly tokenizer: TowerTokenizer;
  readonly options: TowerOptions;
}

class OpenTower implements TextTower {
  readonly path: string;
  readonly form: TextTowerForm;
  readonly length: number;
  readonly #parts: TowerParts;
  #session: Promise<Session> | undefined;

  constructor(parts: TowerParts) {
    this.#parts = parts;
    this.path = parts.path;
    this.form = { sha256: parts.sha256, tokenizer: parts.tokenizer.sha256 };
    this.length = parts.tokenizer.layout.length;
  }

  async embed(texts: readonly string[]): Promise<EmbeddedTexts> {
    const { tokenizer, layout } = this.#parts.tokenizer;
    const { batch } = this.#parts.ports;
    const rows: Float32Array[] = [];
    let cut = 0;
    for (let from = 0; from < texts.length; from += batch) {
      const some = texts.slice(from, from + batch);
      const tokenized = tokenizer.encode(some, layout);
      cut += tokenized.filter(({ isCut }) => isCut).length;
      rows.push(...this.#unitRows(await this.#run(tokenized), some));
    }
    const width = rows[0]?.length ?? 0;
    const values = new Float32Array(rows.length * width);
    for (const [i, row] of rows.entries()) values.set(row, i * width);
    return { width, values, cut };
  }

  async close(): Promise<void> {
    await (await this.#session)?.close();
  }

  async #run(texts: readonly TokenizedText[]): Promise<TensorData> {
    const { ports, path, model, outside, options } = this.#parts;
    this.#session ??= openWithWeights(model.bytes, outside, { ...options, what: path });
    const session = await this.#session;
    const { batch, ids, mask, output } = ports;
    // The last batch is filled up with its last text.
    const filled = Array.from({ length: batch }, (_, i) => texts[Math.min(i, texts.length - 1)]);
    const feed = (type: 'int64' | 'int32', numbersOf: (text: TokenizedText) => readonly number[]) =>
      integers(type, filled.flatMap(numbersOf), [batch, this.length]);
    const feeds = {
      [ids.name]: feed(ids.type, (text) => text.ids),
      ...(mask && {
        [mask.name]: feed(mask.type, ({ isPadding }) => isPadding.map((each) => (each ? 0 : 1))),
      }),
    };
    return (await session.run(feeds, [output]))[output];
  }

  #unitRows({ shape, data }: TensorData, texts: readonly string[]): Float32Array[] {
    const { path, ports } = this.#parts;
    const [rows, width] = shape;
    const isRight = shape.length === 2 && rows === ports.batch && width >= 2 && width <= MAX_EMBEDDING;
    if (!isRight || !(data instanceof Float32Array)) {
      throw new NetworkError(
        `${path} gives ${ports.output} of [${shape.join(', ')}] for ${ports.batch} texts, and a row of 2 to ${MAX_EMBEDDING} numbers for each is needed: export it again.`,
      );
    }
    return texts.map((text, i) => {
      const unit = unitOf(data.subarray(i * width, (i + 1) * width));
      if (unit) return unit;
      throw new NetworkError(
        `${path} gives an embedding that is not finite, or all 0, for the text ${JSON.stringify(shorten(text))}: its weights are damaged, so fetch it again.`,
      );
    });
  }
}

function integers(type: 'int64' | 'int32', values: readonly number[], shape: readonly number[]): FedTensor {
  return type === 'int64'
    ? { type, shape, data: BigInt64Array.from(values, BigInt) }
    : { type, shape, data: Int32Array.from(values) };
}

/** The model with its weights, and a digest that no byte of them escapes. */
async function readModelFiles(path: string) {
  let bytes: Uint8Array;
  try {
    bytes = await readWhole(path, MAX_MODEL_BYTES);
  } catch (error) {
    throw new NetworkError(
      `The text tower ${path} cannot be read (${whyUnread(error)}): name an .onnx file.`,
    );
  }
  const ofFile = createHash('sha256').update(bytes).digest('hex');
  const proto = parseModel(bytes, path);
  const external = await takeExternalWeights(path, proto, MAX_MODEL_BYTES - bytes.length);
  if (!external) return { sha256: ofFile, model: describeModel(proto, bytes) };
  return {
    sha256: digestOfBoth(ofFile, external.sha256),
    model: describeModel(proto),
    outside: external.outside,
  };
}
