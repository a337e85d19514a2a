import {
  add,
  concat,
  keep,
  mul,
  neg,
  oneHot,
  type Scalar,
  scalar,
  type Tensor2D,
  type Tensor4D,
  tensor1d,
  tensor2d,
  tensor4d,
  tidy,
  type Variable,
  variableGrads,
} from '@tensorflow/tfjs-core';
import { Xoshiro } from '../../tfjs-backend/xoshiro.js';
import type { BatchWish, Latents, PictureBatch, PictureForm, Trainer } from '../adversarial/trainer.js';
import type { Mode } from '../layers/layers.js';
import { Parameters } from '../layers/parameters.js';
import { Adam } from '../optimizers/adam.js';
import { Disturbance } from './disturbance.js';
import { classAccuracy, classLoss, fakeLoss, realLoss } from './losses.js';
import { type AcganForm, discriminator, formOf, generator } from './networks.js';
import type { AcganSettings } from './settings.js';

const BETAS = { beta1: 0.5, beta2: 0.999 };
/** Pixels are this times what networks see, and this more. */
const HALF_RANGE = 127.5;

/** Pictures of known classes, as the networks take them. */
interface Labeled {
  /** [N, size, size, channels] in [−1, 1] */
  readonly pictures: Tensor4D;
  /** [N, classes], one-hot */
  readonly classes: Tensor2D;
}

/**
 * The training of an auxiliary classifier GAN (Odena et al. 2017, section 4):
 *
 *     L_S = E log P(real | x_real) + E log P(fake | x_fake)
 *     L_C = E log P(c | x_real)    + E log P(c | x_fake)
 *
 * D maximizes L_S + L_C, G maximizes L_C − L_S. Real and generated pictures go through D apart, so that each kind is normalized
 * by statistics of its own. Both players move at once, by the same generated pictures: G runs once a step, and D's pass over them serves both
 * (others for G take a third more time). Classes of generated pictures are drawn evenly.
 */
export class AcganTrainer implements Trainer {
  readonly wishes: Readonly<Record<'real', BatchWish>>;
  readonly conditional = true;
  readonly latentWidth: number;
  readonly state: ReadonlyMap<string, Variable>;
  readonly #settings: AcganSettings;
  readonly #form: AcganForm;
  readonly #generator: Parameters;
  readonly #discriminator: Parameters;
  readonly #generatorAdam: Adam;
  readonly #discriminatorAdam: Adam;

  /** Throws UsageError if there are no networks for the pictures. */
  constructor(settings: AcganSettings, pictures: PictureForm, seed: number) {
    this.#settings = settings;
    this.#form = formOf(settings, pictures);
    this.wishes = { real: { size: settings.batchSize } };
    this.latentWidth = settings.latentWidth;
    const draws = new Xoshiro(seed);
    this.#generator = new Parameters(draws);
    this.#discriminator = new Parameters(draws);
    // The first call of a network makes its variables.
    tidy(() => {
      const z = new Float32Array(this.latentWidth);
      const fake = this.#generate({ z, classes: new Int32Array(1) }, 'sampling');
      discriminator(this.#discriminator, this.#form, fake, 'sampling');
    });
    this.#generatorAdam = new Adam(this.#generator.learnt, BETAS);
    this.#discriminatorAdam = new Adam(this.#discriminator.learnt, BETAS);
    this.state = new Map([
      ...named('generator', this.#generator.learnt, this.#generator.followed),
      ...named('discriminator', this.#discriminator.learnt, this.#discriminator.followed),
      ...named('generator-adam', this.#generatorAdam.state),
      ...named('discriminator-adam', this.#discriminatorAdam.state),
    ]);
  }

  step({ real }: Readonly<Record<string, PictureBatch>>, draws: Xoshiro): Record<string, Scalar> {
    return tidy(() => {
      const { batchSize, generatorRate, discriminatorRate } = this.#settings;
      const classes = drawClasses(batchSize, this.#form.classes, draws);
      const latents = { z: this.drawLatents(batchSize, draws), classes };
      const onReal = new Disturbance(this.#settings, draws);
      const onFake = new Disturbance(this.#settings, draws);

      const generated = this.#generatorGradients(latents, onFake);
      const judged = this.#discriminatorGradients(this.#labeled(real), onReal, generated.made, onFake);
      this.#generatorAdam.apply(generated.grads, scalar(generatorRate));
      this.#discriminatorAdam.apply(judged.grads, scalar(discriminatorRate));

      generated.made.pictures.dispose();
      onReal.dispose();
      onFake.dispose();
      return { ...judged.shown, lossG: generated.value };
    });
  }

  /** Gradients of L_S − L_C, and the pictures that they came of. What real pictures add to the two does not depend on G. */
  #generatorGradients(latents: Required<Latents>, disturbance: Disturbance) {
    const classes = this.#oneHot(latents.classes);
    let pictures: Tensor4D | undefined;
    const { value, grads } = variableGrads(() => {
      pictures = keep(this.#generate(latents, 'training'));
      const verdict = this.#judge(pictures, disturbance);
      const source =
        this.#settings.loss === 'minimax' ? neg<Scalar>(fakeLoss(verdict.source)) : realLoss(verdict.source);
      return add<Scalar>(source, classLoss(verdict.classes, classes));
    }, [...this.#generator.learnt.values()]);
    return { value, grads, made: { pictures: pictures as Tensor4D, classes } };
  }

  /** Gradients of −L_S − L_C, and their parts, which the caller disposes of. */
  #discriminatorGradients(real: Labeled, onReal: Disturbance, fake: Labeled, onFake: Disturbance) {
    let shown: Record<string, Scalar> = {};
    const { grads } = variableGrads(() => {
      const ofReal = this.#judge(real.pictures, onReal);
      const ofFake = this.#judge(fake.pictures, onFake);
      const lossSource = add<Scalar>(realLoss(ofReal.source), fakeLoss(ofFake.source));
      const lossClassReal = classLoss(ofReal.classes, real.classes);
      const lossClassFake = classLoss(ofFake.classes, fake.classes);
      shown = {
        lossSource: keep(lossSource),
        lossClassReal: keep(lossClassReal),
        lossClassFake: keep(lossClassFake),
        accuracyReal: keep(classAccuracy(ofReal.classes, real.classes)),
        accuracyFake: keep(classAccuracy(ofFake.classes, fake.classes)),
      };
      return add<Scalar>(lossSource, add(lossClassReal, lossClassFake));
    }, [...this.#discriminator.learnt.values()]);
    return { grads, shown };
  }

  #judge(pictures: Tensor4D, disturbance: Disturbance) {
    return discriminator(this.#discriminator, this.#form, pictures, 'training', disturbance.apply);
  }

  drawLatents(count: number, draws: Xoshiro): Float32Array {
    return draws.normal(count * this.latentWidth);
  }

  generate(latents: Latents): Tensor4D {
    const { classes } = latents;
    if (!classes) throw new RangeError('expected a class for each latent of a class-conditional generator');
    return tidy(() => {
      const pictures = this.#generate({ ...latents, classes }, 'sampling');
      return add(mul(pictures, HALF_RANGE), HALF_RANGE);
    });
  }

  #generate({ z, classes }: Required<Latents>, mode: Mode): Tensor4D {
    const latents = tensor2d(z, [classes.length, this.latentWidth]);
    return generator(this.#generator, this.#form, concat([latents, this.#oneHot(classes)], 1), mode);
  }

  #labeled({ pixels, labels }: PictureBatch): Labeled {
    const { size, channels } = this.#form;
    const scaled = new Float32Array(pixels.length);
    // Not `from` with a function, which takes ten times as long.
    for (let i = 0; i < pixels.length; i++) scaled[i] = pixels[i] / HALF_RANGE - 1;
    return {
      pictures: tensor4d(scaled, [labels.length, size, size, channels]),
      classes: this.#oneHot(labels),
    };
  }

  #oneHot(classes: Int32Array): Tensor2D {
    return oneHot(tensor1d(classes, 'int32'), this.#form.classes, 1, 0, 'float32') as Tensor2D;
  }

  dispose(): void {
    this.#generatorAdam.dispose();
    this.#discriminatorAdam.dispose();
    this.#generator.dispose();
    this.#discriminator.dispose();
  }
}

/** Class indices, each class as likely. */
function drawClasses(count: number, classes: number, draws: Xoshiro): Int32Array {
  return Int32Array.from({ length: count }, () => Math.floor((draws.uint32() / 2 ** 32) * classes));
}

function named(owner: string, ...maps: readonly ReadonlyMap<string, Variable>[]): [string, Variable][] {
  return maps.flatMap((map) =>
    [...map].map(([name, each]): [string, Variable] => [`${owner}/${name}`, each]),
  );
}
