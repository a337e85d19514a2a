import { ablated, classesBelowRealMaximum, metricOf } from './figures.js';
import { measure, row, samplesOf, training } from './tasks.js';

const paper = 'Conditional Image Synthesis with Auxiliary Classifier GANs (Odena et al. 2017)';
const NETWORK = ['--model', 'inception-cifar10', '--classifier', 'inception-cifar10'];
const OTHER_NETWORK =
  'accuracy and Inception Score of the network inception-cifar10, which compares with no figure of Inception v3';
const CLASSES = ['airplane', 'automobile', 'bird', 'cat', 'deer', 'dog', 'frog', 'horse', 'ship', 'truck'];

/** Of every AC-GAN here, beside its width: what learns classes in hours. */
const SETTINGS = [
  ...['--dropout', '0', '--linear-counts', 'maps', '--batches', 'together'],
  ...['--average-decay', '0.999'],
];
const NOT_IN_THE_PAPER =
  "not in the paper: batch norm of D over real and generated pictures together, and samples by a running mean of G's weights";

const score = (name, samples, metrics, of) =>
  measure(
    name,
    `${name}.json`,
    (path) => ['score', samples(path), '--metrics', metrics, ...NETWORK, '--json', path(`${name}.json`)],
    of,
  );

/** A model of some of the classes. */
const groupOf = (count) => `classes-${count}`;
const COUNTS = [10, 5, 2];

export const ROWS_2017 = [
  row({
    id: 'acgan-cifar10',
    paper,
    title:
      'CIFAR-10 at 32×32: accuracy, diversity and Inception Score of samples, and accuracy at lower resolutions',
    cut: [
      'half of the maps, but 16 in the first layer of D as in the paper',
      'one of the 27 settings of the grid',
      'no dropout, which is too much for half of the maps',
      NOT_IN_THE_PAPER,
      '5,000 of 50,000 samples',
      OTHER_NETWORK,
      '32×32, where the paper has these figures for ImageNet at 128×128, except the Inception Score',
    ],
    trainings: [
      training('run', 'acgan', 50_000, [
        ...['--width', '0.5', ...SETTINGS],
        '--eval-every',
        '500',
        '--eval-samples',
        '1000',
      ]),
    ],
    measures: [
      samplesOf('run', 5000),
      score('score', (path) => path('run.npz'), 'is,accuracy,msssim', ['run']),
      score('real', () => 'cifar10:test', 'accuracy,msssim', []),
      measure(
        'ablation',
        'ablation.json',
        (path) => [
          'ablate',
          path('run.npz'),
          '--reference',
          'cifar10:test',
          ...NETWORK,
          '--json',
          path('ablation.json'),
        ],
        ['run'],
      ),
    ],
    figures: [
      {
        name: 'accuracy of samples at 32',
        unit: '%',
        reported: '10.1 ± 2.0 % (at 128)',
        read: ablated('ablation', 'accuracy', 32),
      },
      {
        name: 'at 16',
        unit: '%',
        reported: '7.0 ± 2.0 % (at 64)',
        read: ablated('ablation', 'accuracy', 16),
      },
      { name: 'at 8', unit: '%', reported: '5.0 ± 2.0 % (at 32)', read: ablated('ablation', 'accuracy', 8) },
      {
        name: 'real pictures at 32',
        unit: '%',
        reported: '81 % (at 128)',
        read: ablated('ablation', 'accuracy', 32, { subject: 'reference' }),
      },
      {
        name: 'real pictures at 16',
        unit: '%',
        reported: '54 % (at 64)',
        read: ablated('ablation', 'accuracy', 16, { subject: 'reference' }),
      },
      {
        name: 'real pictures at 8',
        unit: '%',
        reported: '24 % (at 32)',
        read: ablated('ablation', 'accuracy', 8, { subject: 'reference' }),
      },
      {
        name: 'classes that do better at 32 than at 8',
        unit: '%',
        reported: '84.4 % (at 128 than at 32)',
        read: ablated('ablation', 'accuracy', 8, { take: (point) => point.classesBetterAtFull }),
      },
      {
        name: 'classes with MS-SSIM below the real maximum',
        unit: '%',
        reported: '84.7 % (of 1,000)',
        read: classesBelowRealMaximum('score', 'real'),
      },
      { name: 'MS-SSIM within a class', unit: '', read: metricOf('score', 'msssim') },
      { name: 'Inception Score', unit: '', reported: '8.25 ± 0.07', read: metricOf('score', 'is') },
    ],
  }),
  row({
    id: 'acgan-classes-per-model',
    paper,
    title:
      'More classes in a model make worse samples (section 4.6), on CIFAR-10: the mean MS-SSIM within a class',
    cut: [
      'a quarter of the maps, but 16 at least in each layer of D',
      '3,000 steps each',
      'no dropout, which is too much for a quarter of the maps',
      NOT_IN_THE_PAPER,
      '2,000 samples',
      '2, 5 and 10 classes of CIFAR-10, where the paper has 10 to 1,000 of ImageNet and shows a curve',
    ],
    trainings: COUNTS.map((count) =>
      training(groupOf(count), 'acgan', 3000, [
        ...['--width', '0.25', ...SETTINGS],
        ...['--classes', CLASSES.slice(0, count).join(',')],
      ]),
    ),
    measures: COUNTS.flatMap((count) => [
      samplesOf(groupOf(count), 2000),
      score(`score-${count}`, (path) => path(`${groupOf(count)}.npz`), 'accuracy,msssim', [groupOf(count)]),
    ]),
    figures: COUNTS.flatMap((count) => [
      { name: `MS-SSIM, ${count} classes`, unit: '', read: metricOf(`score-${count}`, 'msssim') },
      {
        name: `accuracy, ${count} classes`,
        unit: '%',
        read: metricOf(`score-${count}`, 'accuracy', { scale: 100 }),
      },
    ]),
  }),
];
