import { basename, dirname, join } from 'node:path';
import { readClassNames } from './class-names.js';
import type { HuggingFaceFacts } from './facts.js';
import { OPEN_CLIP_CONFIG, readOpenClip } from './open-clip.js';
import { readPreprocessor } from './preprocessor.js';
import { readJson } from './read-json.js';
import { isTimm, readTimm } from './timm.js';

/**
 * Reads what `preprocessor_config.json` (or `processor_config.json`, or open_clip's `open_clip_config.json`) and `config.json` beside a network say, or above it where the network is
 * in a folder `onnx`, as on the Hugging Face Hub.
 *
 * @param path of the network's file
 * @returns what they say; nothing of a file that is not there
 * @throws {NetworkError} for a file that can't be read or says what can't be done here
 */
export async function readHuggingFaceFacts(path: string): Promise<HuggingFaceFacts> {
  const folder = dirname(path);
  for (const place of basename(folder) === 'onnx' ? [folder, dirname(folder)] : [folder]) {
    const config = await readJson(join(place, 'config.json'));
    const feeding = await readFeeding(place, config);
    const classes = readClassNames(config);
    if (feeding === undefined && classes === undefined) continue;
    return { ...feeding, ...(classes && { classes }) };
  }
  return {};
}

async function readFeeding(folder: string, config: unknown): Promise<HuggingFaceFacts | undefined> {
  const file = join(folder, 'preprocessor_config.json');
  const own = await readJson(file);
  const modelType = hasModelType(config) ? config.model_type : undefined;
  if (own !== undefined) return isTimm(own) ? readTimm(own, file) : readPreprocessor(own, file, modelType);
  const shared = join(folder, 'processor_config.json');
  const processor = await readJson(shared);
  if (typeof processor === 'object' && processor !== null && 'image_processor' in processor) {
    return readPreprocessor(processor.image_processor, shared, modelType);
  }
  if (isTimm(config)) return readTimm(config, join(folder, 'config.json'));
  const openClip = join(folder, OPEN_CLIP_CONFIG);
  const ofOpenClip = await readJson(openClip);
  return ofOpenClip === undefined ? undefined : readOpenClip(ofOpenClip, openClip);
}

function hasModelType(config: unknown): config is { readonly model_type: unknown } {
  return typeof config === 'object' && config !== null && 'model_type' in config;
}
