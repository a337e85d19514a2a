import { createHash } from 'node:crypto';
import { ImagesError, NetworkError } from '../../../core/errors.js';
import type { RunHooks } from '../../../core/run-hooks.js';
import type { DeviceChoice } from '../../../devices/device-choices.js';
import { shardFolder } from '../../../features/cache.js';
import { ShardStore, shardKey } from '../../../features/shard-store.js';
import { runtimeVersion } from '../../../onnx/runtime.js';
import type { EmbeddedTexts, TextTower, TowerOptions } from './text-tower.js';

/** Counts up where texts get other tokens: with what this folder does to them, and with the package of tokenizers. */
const EMBEDDING_VERSION = 1;
/** Texts of a part that is kept by itself. */
const PART = 256;
/** Of all embeddings in memory. */
const MAX_BYTES = 2 ** 30;

/** How texts are embedded. */
export interface EmbedOptions extends TowerOptions {
  /** Folder of the cache. @default nothing is kept */
  readonly cacheDir?: string;
}

/** Embeddings of texts, of which some may be the same. */
export interface TextEmbeddings {
  readonly width: number;
  /** Of the text at an index: float32 [width], of the length 1. */
  rowOf(index: number): Float32Array;
}

/**
 * Embeds texts, each different one once. What was embedded stays in the cache, part by part, so that a run that is killed or resumed goes on.
 *
 * @param texts one or more
 * @throws {NetworkError} as the tower
 * @throws {ImagesError} for more texts than fit into memory
 */
export async function embedTexts(
  texts: readonly string[],
  tower: TextTower,
  { cacheDir, device = 'auto' }: EmbedOptions,
  { signal, onProgress, onNote }: Pick<RunHooks, 'signal' | 'onProgress' | 'onNote'>,
): Promise<TextEmbeddings> {
  const places = new Map<string, number>();
  for (const text of texts) if (!places.has(text)) places.set(text, places.size);
  const different = [...places.keys()];
  const total = different.length;
  const kept = cacheDir === undefined ? undefined : { store: new ShardStore(shardFolder(cacheDir)), device };
  const parts: EmbeddedTexts[] = [];
  let cut = 0;
  for (let from = 0; from < total; from += PART) {
    signal?.throwIfAborted();
    const part = await embedPart(different.slice(from, from + PART), tower, kept);
    const { width } = parts[0] ?? part;
    if (part.width !== width) throw new NetworkError(`${tower.path} gives embeddings of several widths.`);
    refuseLarge(total, width);
    parts.push(part);
    cut += part.cut;
    const done = Math.min(total, from + PART);
    onProgress?.({ stage: 'extract', label: 'Embedding texts', done, total, unit: 'texts' });
  }
  const damage = kept?.store.describeDamage();
  if (damage !== undefined) onNote?.(damage);
  if (cut > 0) onNote?.(describeCut(cut, total, tower.length));
  const { width } = parts[0];
  return {
    width,
    rowOf(index) {
      const place = places.get(texts[index]) ?? 0;
      const at = (place % PART) * width;
      return parts[Math.floor(place / PART)].values.subarray(at, at + width);
    },
  };
}

/** Where embeddings are kept, and what they are computed on. */
interface Kept {
  readonly store: ShardStore;
  readonly device: DeviceChoice;
}

async function embedPart(
  texts: readonly string[],
  tower: TextTower,
  kept: Kept | undefined,
): Promise<EmbeddedTexts> {
  if (!kept) return tower.embed(texts);
  const { store, device } = kept;
  const digest = createHash('sha256').update(JSON.stringify(texts)).digest('hex');
  const content = {
    kind: 'texts',
    ...tower.form,
    version: EMBEDDING_VERSION,
    runtime: runtimeVersion(),
    device: device === 'auto' ? 'cpu' : device,
    texts: digest,
  };
  const name = { key: shardKey(content), content: () => content };
  const found = await store.read<{ readonly cut: number }>(name);
  const { embeddings } = found?.arrays ?? {};
  if (found && embeddings?.data instanceof Float32Array) {
    return { values: embeddings.data, width: embeddings.shape[1], cut: found.info.cut };
  }
  const made = await tower.embed(texts);
  const { values: data, width, cut } = made;
  const arrays = { embeddings: { shape: [texts.length, width], data } };
  await store.write(name, { info: { cut }, arrays });
  return made;
}

function refuseLarge(total: number, width: number): void {
  if (total * width * Float32Array.BYTES_PER_ELEMENT <= MAX_BYTES) return;
  throw new ImagesError(
    `The embeddings of ${total} texts with ${width} numbers each are more than ${MAX_BYTES} bytes: train on fewer pictures.`,
  );
}

function describeCut(cut: number, total: number, length: number): string {
  const were = cut === 1 ? 'is longer than' : 'are longer than';
  const of = total === 1 ? 'The text' : `${cut} of the ${total} different texts`;
  return `${of} ${were} the ${length} tokens that the text tower takes, and ${cut === 1 ? 'was' : 'were'} cut.`;
}
