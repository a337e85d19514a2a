import sharp from 'sharp';
import type { Curve, GridPicture, TrainingRecord } from '../../../src/documents/training.js';

const CLASSES = ['airplane', 'bird', 'cat'];

/** A run half way, with losses, scores with intervals, classes, a test error and three grids; names are written by `name`. */
export async function makeTrainingRecord(
  name: (text: string) => string = (text) => text,
): Promise<TrainingRecord> {
  return {
    title: name('AC-GAN (Odena et al. 2017), preset cifar10'),
    family: 'acgan',
    settings: [
      ['width', '0.5'],
      ['loss', name('non-saturating')],
    ],
    form: { size: 4, channels: 3, classNames: CLASSES.map(name) },
    steps: { done: 3000, planned: 6000 },
    seconds: 1234,
    curves: [
      lossCurve('lossSource', 1.4),
      lossCurve('lossG', 3),
      { ...lossCurve('accuracyReal', 0.5), unit: 'fraction' },
      {
        name: 'fid',
        title: name('Fréchet Inception Distance'),
        kind: 'metric',
        reference: 5.25,
        points: [1000, 2000, 3000].map((step) => ({
          step,
          value: 90_000 / step,
          low: 80_000 / step,
          high: 99_000 / step,
        })),
      },
      ...CLASSES.map(
        (className, i): Curve => ({
          name: 'msssim',
          title: 'MS-SSIM within classes',
          kind: 'metric',
          className: name(className),
          points: [1000, 3000].map((step) => ({ step, value: 0.1 * (i + 1) + step / 1e5 })),
        }),
      ),
      {
        name: 'testError',
        title: name('Test error'),
        kind: 'measure',
        unit: 'fraction',
        points: [{ step: 3000, value: 0.25 }],
      },
    ],
    grids: await Promise.all([1000, 2000, 3000].map(makeGrid)),
    provenance: [
      ['Pictures', name('cifar10, train, 50,000 pictures')],
      ['Made with', 'ganeval 0.1.0'],
    ],
    warnings: [name('The scores are of 500 samples only.')],
  };
}

/** As the loop logs it: a noisy mean every 20 steps. */
function lossCurve(title: string, start: number): Curve {
  const points = Array.from({ length: 150 }, (_, i) => ({
    step: 20 * (i + 1),
    value: start * (0.6 + 0.4 * Math.exp(-i / 50)) + 0.05 * Math.sin(i * i),
  }));
  return { name: title, title, kind: 'loss', points };
}

async function makeGrid(step: number): Promise<GridPicture> {
  const [width, height] = [12, 8];
  const pixels = Uint8Array.from({ length: width * height * 3 }, (_, i) => (i * step) % 256);
  const png = await sharp(pixels, { raw: { width, height, channels: 3 } })
    .png()
    .toBuffer();
  return { step, png, width, height, layout: 'one class a column, one latent a row' };
}
