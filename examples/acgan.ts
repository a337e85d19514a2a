/**
 * AC-GAN (Odena et al. 2017) for 32×32 pictures, on `ganeval/train`. Run: acgan.ts OUT CLASS-FOLDERS STEPS.
 */
import * as tf from '@tensorflow/tfjs-core';
import * as gan from 'ganeval/train';

const [LATENT, BATCH, RATE] = [110, 100, 2e-4];
const init = { weight: gan.normal(0.02) };

class Acgan implements gan.Trainer {
  readonly batchSpecs = { real: { size: BATCH } };
  readonly conditional = true;
  readonly latentWidth = LATENT;
  readonly state: ReadonlyMap<string, tf.Variable>;
  readonly #form: gan.PictureForm;
  readonly #networks: { g: gan.Parameters; d: gan.Parameters };
  readonly #adam: { g: gan.Adam; d: gan.Adam };

  constructor(form: gan.PictureForm, seed: number) {
    const rng = new gan.Xoshiro(seed);
    const [g, d] = [new gan.Parameters(rng), new gan.Parameters(rng)];
    this.#form = form;
    this.#networks = { g, d };
    // The first pass through a network makes its variables.
    tf.tidy(() => this.#D(this.#G({ z: new Float32Array(LATENT), classes: new Int32Array(1) }, 'sampling')));
    const betas = { beta1: 0.5, beta2: 0.999 };
    this.#adam = { g: new gan.Adam(g.trainable, betas), d: new gan.Adam(d.trainable, betas) };
    const parts = { g: [g.trainable, g.buffers], d: [d.trainable, d.buffers] };
    const adam = { 'g-adam': [this.#adam.g.state], 'd-adam': [this.#adam.d.state] };
    const maps = Object.entries({ ...parts, ...adam });
    this.state = new Map(maps.flatMap(([name, each]) => gan.prefixNames(name, ...each)));
  }

  drawLatents = (count: number, rng: gan.Xoshiro) => rng.normal(count * LATENT);
  #oneHot = (classes: Int32Array) => gan.oneHotLabels(classes, this.#form.classNames.length);

  /** G(z, c): [N, 110 + classes] to [N, 32, 32, channels] in (−1, 1). */
  #G({ z, classes }: Required<Pick<gan.Latents, 'z' | 'classes'>>, mode: gan.Mode): tf.Tensor4D {
    const { g } = this.#networks;
    const input = tf.concat([tf.tensor2d(z, [classes.length, LATENT]), this.#oneHot(classes)], 1);
    const linear = tf.relu(gan.dense(g, 'in', input, { units: 384, ...init }));
    let x = tf.reshape<tf.Rank.R4>(linear, [-1, 4, 4, 24]);
    for (const filters of [192, 96]) {
      x = gan.transposedConvolution(g, `up${filters}`, x, { kernel: 5, filters, stride: 2, ...init });
      x = tf.relu(gan.batchNorm(g, `norm${filters}`, x, { mode }));
    }
    const { channels: filters } = this.#form;
    return tf.tanh(gan.transposedConvolution(g, 'out', x, { kernel: 5, filters, stride: 2, ...init }));
  }

  /** D(x): the logit of being real [N], and those of the classes [N, classes]. */
  #D(x: tf.Tensor4D) {
    const { d } = this.#networks;
    for (const [i, filters] of [16, 32, 64, 128, 256, 512].entries()) {
      x = gan.convolution(d, `down${i}`, x, { kernel: 3, filters, stride: 2 - (i % 2), ...init });
      x = tf.leakyRelu(i > 0 ? gan.batchNorm(d, `norm${i}`, x, { mode: 'training' }) : x, 0.2);
    }
    const units = 1 + this.#form.classNames.length;
    const logits = gan.dense(d, 'out', tf.reshape(x, [x.shape[0], -1]), { units, ...init });
    const source = tf.squeeze<tf.Tensor1D>(tf.slice(logits, [0, 0], [-1, 1]), [1]);
    return { source, classes: tf.slice2d(logits, [0, 1], [-1, units - 1]) };
  }

  /** D maximizes L_S + L_C; G maximizes L_C − L_S, with −log P(real | G(z, c)) in place of log P(fake | G(z, c)). */
  step({ real }: Record<string, gan.PictureBatch>, rng: gan.Xoshiro): Record<string, tf.Scalar> {
    return tf.tidy(() => {
      const draw = () => rng.uint32() % this.#form.classNames.length;
      const latents = { z: this.drawLatents(BATCH, rng), classes: Int32Array.from({ length: BATCH }, draw) };
      const [c, cReal] = [this.#oneHot(latents.classes), this.#oneHot(real.labels)];
      const g = gan.computeGradients(() => {
        const onFake = this.#D(this.#G(latents, 'training'));
        return tf.add<tf.Scalar>(gan.realLoss(onFake.source), gan.classLoss(onFake.classes, c));
      }, this.#networks.g);
      const d = gan.computeGradients(() => {
        const onReal = this.#D(gan.toNetworkScale(real.pixels, this.#form, gan.TANH_SCALE));
        const onFake = this.#D(this.#G(latents, 'training'));
        const lossS = tf.add(gan.realLoss(onReal.source), gan.fakeLoss(onFake.source));
        const lossC = tf.add(gan.classLoss(onReal.classes, cReal), gan.classLoss(onFake.classes, c));
        return tf.add<tf.Scalar>(lossS, lossC);
      }, this.#networks.d);
      this.#adam.g.applyGradients(g.gradients, tf.scalar(RATE));
      this.#adam.d.applyGradients(d.gradients, tf.scalar(RATE));
      return { lossG: g.loss, lossD: d.loss };
    });
  }

  generate({ z, classes = new Int32Array(z.length / LATENT) }: gan.Latents): tf.Tensor4D {
    return tf.tidy(() => gan.toPixelScale(this.#G({ z, classes }, 'sampling'), gan.TANH_SCALE));
  }

  dispose(): void {
    for (const part of [this.#networks, this.#adam]) for (const each of [part.g, part.d]) each.dispose();
  }
}

const create = (form: gan.PictureForm, seed: number) => new Acgan(form, seed);
const family = gan.makeFamily({ name: 'my-acgan', size: 32, channels: 3, epochs: 100, create });
const [out, pictures, steps] = process.argv.slice(2);
console.log(await gan.trainGan(family, { out, pictures, steps: Number(steps) }));
