import { join } from 'node:path';
import { copyPictures, PROGRAM } from './program.js';

/** A checkpoint after every step. */
const OFTEN = ['--checkpoint-minutes', '0.0000001'];
const QUICK = ['--threads', '1', '--device', 'cpu', '--backend', 'onnx', '--quiet'];

const prepare = (shared) => ({ pictures: copyPictures(join(shared, 'pictures'), 2, 4) });

/** Training of a GAN at its smallest. */
function gan(name, paper, ...settings) {
  const args = (place, { pictures }) => [
    ...[PROGRAM, 'train', paper, pictures, '-o', join(place, 'run'), ...settings],
    ...['--steps', '4', '--batch-size', '4', '--latent-width', '4', '--grid-every', '2'],
    ...OFTEN,
    ...QUICK,
  ];
  return { name, prepare, args, resume: (place, input) => [...args(place, input), '--resume'] };
}

const classifierArgs = (place, { pictures }) => [
  ...[PROGRAM, 'train', 'classifier', pictures, '-o', join(place, 'network.onnx')],
  ...['--cache-dir', join(place, 'cache'), '--epochs', '2', '--batch-size', '4', '--input-size', '16'],
  ...OFTEN,
  ...QUICK,
];

const classifier = {
  name: 'classifier',
  prepare: (shared) => ({ pictures: copyPictures(join(shared, 'pictures'), 3, 8) }),
  args: classifierArgs,
  resume: (place, input) => [...classifierArgs(place, input), '--resume'],
};

export const trainings = [
  gan('gan', 'gan', '--preset', 'cifar10-dense', '--width', '0.005'),
  gan('improved', 'improved', '--preset', 'mnist-semi', '--width', '0.03'),
  gan('acgan', 'acgan', '--width', '0.03'),
  classifier,
];
