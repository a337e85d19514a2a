import { metricOf, nats } from './figures.js';
import { measure, printed, row, samplesOf, training } from './tasks.js';

const paper = 'Generative Adversarial Nets (Goodfellow et al. 2014)';
const TEST = ['--validation', 'mnist:train:50000:60000', '--test', 'mnist:test', '--json'];

export const ROWS_2014 = [
  row({
    id: 'parzen-mnist',
    paper,
    title: 'Log-likelihood of MNIST by a Parzen window on 10,000 samples',
    differs: [
      "samples of the plain mean of G's weights over all steps (--average-from 0), which the paper does not have",
    ],
    // 250 epochs of 50,000 pictures.
    trainings: [training('run', 'gan', 125_000, ['--average-from', '0'])],
    measures: [
      samplesOf('run', 10_000),
      printed('parzen', 'parzen.json', (path) => ['parzen', path('run.npz'), ...TEST], ['run']),
      printed('real', 'real.json', () => ['parzen', 'mnist:train:0:10000', ...TEST]),
    ],
    figures: [
      { name: 'log-likelihood of test pictures', unit: 'nats', reported: '225 ± 2', read: nats('parzen') },
      { name: 'the same, with 10,000 training pictures for samples', unit: 'nats', read: nats('real') },
    ],
  }),
  row({
    id: 'gan-cifar10',
    paper,
    title:
      'CIFAR-10 by the released convolutional networks, which the paper shows as samples and without a figure',
    cut: [
      'a quarter of the units and maps',
      '20,000 of 78,000 steps',
      '10,000 samples',
      'Inception Score and FID of the network inception-cifar10',
    ],
    trainings: [training('run', 'gan', 20_000, ['--preset', 'cifar10-conv', '--width', '0.25'])],
    measures: [
      samplesOf('run', 10_000),
      measure(
        'score',
        'score.json',
        (path) => [
          'score',
          path('run.npz'),
          '--reference',
          'cifar10:train',
          '--metrics',
          'is,fid',
          '--model',
          'inception-cifar10',
          '--json',
          path('score.json'),
        ],
        ['run'],
      ),
    ],
    figures: [
      { name: 'Inception Score', unit: '', read: metricOf('score', 'is') },
      { name: 'FID', unit: '', read: metricOf('score', 'fid') },
    ],
  }),
];
