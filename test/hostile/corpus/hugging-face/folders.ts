import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { tinyNetwork } from '../../../networks/tiny-network.js';
import { type HostileCase, put } from '../../hostile-case.js';

const NORMALIZED = { image_mean: [0, 0, 0], image_std: [1, 1, 1] };

/** Imports a folder as Hugging Face has it. */
function imported(
  name: string,
  files: Readonly<Record<string, string | Uint8Array>>,
  says: RegExp,
  prepare: (folder: string) => void = () => {},
): HostileCase {
  return {
    name: `folder of a network with ${name}`,
    make: (folder) => {
      const place = put(join(folder, 'net'), files);
      prepare(place);
      return { args: ['models', 'import', place, '--models-dir', join(folder, 'store')] };
    },
    exit: 4,
    says,
  };
}

/** The same with a sound network and this preprocessor. */
function preprocessed(name: string, config: object | string, says: RegExp): HostileCase {
  const text = typeof config === 'string' ? config : JSON.stringify({ ...NORMALIZED, ...config });
  return imported(
    `a preprocessor ${name}`,
    { 'onnx/model.onnx': tinyNetwork(), 'preprocessor_config.json': text },
    says,
  );
}

export const huggingFaceFolders: readonly HostileCase[] = [
  preprocessed('that resamples by nearest', { resample: 0 }, /resizes by nearest, and lanczos/),
  preprocessed(
    'that resamples by a filter of no number',
    { resample: 'hamming' },
    /not understood at resample/,
  ),
  preprocessed('that pads', { do_pad: true }, /pads pictures \(do_pad\)/),
  preprocessed('that makes tiles', { do_image_splitting: true }, /takes pictures apart into tiles/),
  preprocessed('of four channels', { num_channels: 4 }, /pictures of 4 channels/),
  preprocessed('of a huge side', { size: { height: 1e12, width: 1e12 } }, /not understood at size/),
  preprocessed('of a side that overflows', '{"size": 1e400}', /not understood at size/),
  preprocessed('of a factor beyond float32', { rescale_factor: 1e300 }, /too large/),
  preprocessed('that is a list', '[]', /not understood at its top/),
  preprocessed('that is cut off', '{"size": ', /correct it/),
  preprocessed('nested too deep', `${'['.repeat(1e5)}`, /preprocessor_config\.json/),
  imported(
    'numbers of timm that are text',
    {
      'model.onnx': tinyNetwork(),
      'config.json': JSON.stringify({ pretrained_cfg: { input_size: [3, 8, 8], mean: 'none' } }),
    },
    /not understood at pretrained_cfg\.mean/,
  ),
  imported(
    'numbers of open_clip that are text',
    {
      'model.onnx': tinyNetwork(),
      'open_clip_config.json': JSON.stringify({ preprocess_cfg: { mean: 'none' } }),
    },
    /not understood at preprocess_cfg\.mean/,
  ),
  imported(
    'weights of an architecture that is not known',
    {
      'model.safetensors': 'x',
      'config.json': JSON.stringify({ architectures: ['BlipModel'] }),
    },
    /of BlipModel, and Dinov2Model, .* are known here/,
  ),
  ...(
    [
      [
        'heads that do not divide its numbers',
        { num_attention_heads: 7 },
        /divides 768 numbers among 7 heads/,
      ],
      ['a billion layers', { num_hidden_layers: 1e9 }, /not understood at num_hidden_layers/],
      ['a size as text', { hidden_size: '768' }, /not understood at hidden_size/],
      ['an activation of its own', { hidden_act: 'mine' }, /not understood at hidden_act/],
      ['one channel', { num_channels: 1 }, /not understood at num_channels/],
      ['patches of one pixel', { patch_size: 1, image_size: 4096 }, /has 4096 × 4096 patches/],
      ['weights that are none', {}, /model\.safetensors/],
    ] as const
  ).map(([name, change, says]) =>
    imported(
      `a configuration with ${name}`,
      {
        'model.safetensors': 'x'.repeat(64),
        'config.json': JSON.stringify({ architectures: ['Dinov2Model'], ...change }),
        'preprocessor_config.json': JSON.stringify({ ...NORMALIZED, size: { height: 224, width: 224 } }),
      },
      says,
    ),
  ),
  imported('weights that no config.json describes', { 'model.safetensors': 'x' }, /no config\.json/),
  imported('nothing in it', {}, /has neither model\.onnx/, (place) => mkdirSync(place, { recursive: true })),
  imported('several networks', { 'a.onnx': tinyNetwork(), 'b.onnx': tinyNetwork() }, /has 2 networks/),
  imported('a network that is none', { 'model.onnx': 'x', 'config.json': '{}' }, /model\.onnx/),
];
