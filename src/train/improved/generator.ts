import {
  concat,
  type Rank,
  relu,
  reshape,
  sigmoid,
  slice,
  softplus,
  type Tensor,
  type Tensor2D,
  type Tensor4D,
  tanh,
} from '@tensorflow/tfjs-core';
import type { PictureForm } from '../adversarial/trainer.js';
import { batchNorm, dense, type Mode, transposedConvolution } from '../layers/layers.js';
import { normal, type Parameters, uniform } from '../layers/parameters.js';
import {
  type WeightNormPass,
  weightNormDense,
  weightNormTransposedConvolution,
} from '../layers/weight-norm.js';
import { virtualBatchNorm } from '../techniques/virtual-batch-norm.js';
import { hiddenUnits, type ImprovedSettings } from './settings.js';

/** What the layers of a generator share. */
interface Layers {
  readonly parameters: Parameters;
  readonly settings: ImprovedSettings;
  readonly form: PictureForm;
  readonly pass: WeightNormPass;
  /** Batch normalization with a shift and no scale, as released, or virtual batch normalization with both. */
  normalize<X extends Tensor>(name: string, x: X): X;
  /** Drops the rows of the reference batch, which is needed up to the last normalization only. */
  pictures<X extends Tensor>(x: X): X;
}

/** A generator of one of the paper's experiments. */
export interface GeneratorPlan {
  readonly settings: ImprovedSettings;
  readonly form: PictureForm;
}

/** How the generator is called. */
export interface GeneratorCall {
  /** Latents of the reference batch, [R, latentWidth], for virtual batch normalization. */
  readonly reference?: Tensor2D;
  /** `initializing` is the pass in which weight normalization sets its first scales. */
  readonly mode: Mode | 'initializing';
}

/** G(z), on the scale of its last activation: latents [N, latentWidth] to pictures [N, size, size, channels]. */
export function generator(
  parameters: Parameters,
  { settings, form }: GeneratorPlan,
  z: Tensor2D,
  { reference, mode }: GeneratorCall,
): Tensor4D {
  const batchMode = mode === 'sampling' ? 'sampling' : 'training';
  const layers: Layers = {
    parameters,
    settings,
    form,
    pass: mode === 'initializing' ? 'initializing' : 'running',
    normalize: (name, x) =>
      reference
        ? virtualBatchNorm(parameters, name, x, reference.shape[0])
        : batchNorm(parameters, name, x, { mode: batchMode, scale: 'none' }),
    pictures: (x) => (reference ? slice(x, reference.shape[0]) : x),
  };
  const rows = reference ? concat([reference, z], 0) : z;
  switch (settings.network) {
    case 'mnist':
      return mnist(layers, rows);
    case 'cifar10':
    case 'svhn':
      return cifar10(layers, rows);
    case 'imagenet128':
      return imagenet128(layers, rows);
  }
}

/** z → 500 → 500 softplus → pixels, sigmoid. */
function mnist({ parameters, settings, form, pass, normalize, pictures }: Layers, z: Tensor2D): Tensor4D {
  const { size, channels } = form;
  const units = hiddenUnits(settings, 500);
  const pixels = size * size * channels;
  const layer = (name: string, x: Tensor2D) =>
    softplus(
      normalize(
        `${name}.norm`,
        dense(parameters, name, x, { units, weight: glorot(x.shape[1], units), bias: 'none' }),
      ),
    );
  const last = { direction: glorot(units, pixels), trainableScale: true };
  const h = pictures(layer('hidden2', layer('hidden1', z)));
  const made = sigmoid(weightNormDense(parameters, 'pixels', h, { units: pixels, ...last, pass }));
  return reshape(made, [-1, size, size, channels]);
}

/** z → 4·4·512 → 8·8·256 → 16·16·128 → 32·32·3, tanh. */
function cifar10({ parameters, settings, form, pass, normalize, pictures }: Layers, z: Tensor2D): Tensor4D {
  const init = { weight: normal(0.05), bias: 'none' } as const;
  const side = form.size / 8;
  const [first, second, third] = [512, 256, 128].map((maps) => hiddenUnits(settings, maps));
  const projected = dense(parameters, 'project', z, { units: side * side * first, ...init });
  let h: Tensor4D = reshape(relu(normalize('project.norm', projected)), [-1, side, side, first]);
  for (const [name, filters] of [
    ['up1', second],
    ['up2', third],
  ] as const) {
    const made = transposedConvolution(parameters, name, h, { kernel: 5, filters, stride: 2, ...init });
    h = relu(normalize(`${name}.norm`, made));
  }
  const last = { direction: normal(0.05), trainableScale: true, initialDeviation: 0.1 };
  const size = { kernel: 5, filters: form.channels, stride: 2 };
  return tanh(weightNormTransposedConvolution(parameters, 'pixels', pictures(h), { ...size, ...last, pass }));
}

/** z → 4·4·512 → 256 → 128 → 64 → 64 → 64 maps at 128·128 → 3, tanh; without the released code's noise maps beside each layer's own. */
function imagenet128({ parameters, settings, form, normalize, pictures }: Layers, z: Tensor2D): Tensor4D {
  const init = { weight: normal(0.02), bias: 'none' } as const;
  const side = form.size / 32;
  const first = hiddenUnits(settings, 512);
  const projected = dense(parameters, 'project', z, { units: side * side * first, ...init });
  let h: Tensor4D = relu(normalize('project.norm', reshape<Rank.R4>(projected, [-1, side, side, first])));
  for (const [i, maps] of [256, 128, 64, 64, 64].entries()) {
    const size = { kernel: 5, filters: hiddenUnits(settings, maps), stride: 2 };
    const made: Tensor4D = transposedConvolution(parameters, `up${i + 1}`, h, { ...size, ...init });
    h = relu(normalize(`up${i + 1}.norm`, made));
  }
  // LayerInit near the dark mean of the pictures, as released.
  const last = { weight: normal(0.075), bias: { kind: 'constant', value: -0.45 } } as const;
  const size = { kernel: 5, filters: form.channels };
  return tanh(transposedConvolution(parameters, 'pixels', pictures(h), { ...size, ...last }));
}

/** Glorot and Bengio 2010. */
function glorot(inputs: number, outputs: number) {
  return uniform(Math.sqrt(6 / (inputs + outputs)));
}
