import { errorBelow, lastTestError, metricOf, stepOf } from './figures.js';
import { measure, row, samplesOf, training } from './tasks.js';

const paper = 'Improved Techniques for Training GANs (Salimans et al. 2016)';
/** Of MNIST, CIFAR-10; of SVHN. */
const [TEST_PICTURES, SVHN_TEST_PICTURES] = [10_000, 26_032];
const OTHER_NETWORK =
  'Inception Score of the network inception-cifar10, which compares with no figure of Inception v3';

/** 300 epochs of 600 steps. */
function mnist(labels, reported) {
  return row({
    id: `mnist-${labels}`,
    paper,
    title: `Test error of MNIST, permutation invariant, with ${labels} labels`,
    differs: ['one choice of labels, where the paper has ten'],
    trainings: [
      training('run', 'improved', 180_000, [
        '--labels-per-class',
        String(labels / 10),
        '--eval-every',
        '3000',
      ]),
    ],
    figures: [{ name: 'test error', unit: '%', reported, read: lastTestError('run', TEST_PICTURES) }],
  });
}

/** `labels` of CIFAR-10 for `alone` steps, and for `steps` with all other pictures beside them. */
function cifar(labels, reported, { alone, steps, rate }) {
  const perClass = String(labels / 10);
  const args = ['--preset', 'cifar10-semi', '--width', '0.25', '--labels-per-class', perClass];
  args.push('--eval-every', '500', ...(rate === undefined ? [] : ['--learning-rate', rate]));
  const thousands = (count) => count.toLocaleString('en-US');
  return row({
    id: `cifar10-${labels}`,
    paper,
    title: `Test error of CIFAR-10 with ${thousands(labels)} labels, beside the same network on these labels alone`,
    cut: [
      'a quarter of the maps',
      `${thousands(steps)} of 600,000 steps (${thousands(alone)} on labels alone)`,
    ],
    differs: [
      'one choice of labels, where the paper has ten',
      ...(rate === undefined ? [] : [`a learning rate of ${rate}, where the released code has 0.0003`]),
    ],
    trainings: [
      training('labels-alone', 'improved', alone, [...args, '--labeled-only']),
      training('run', 'improved', steps, args),
    ],
    figures: [
      { name: 'test error', unit: '%', reported, read: lastTestError('run', TEST_PICTURES) },
      { name: 'test error, labels alone', unit: '%', read: lastTestError('labels-alone', TEST_PICTURES) },
      {
        name: 'below labels alone by',
        unit: 'percentage points',
        read: errorBelow('run', 'labels-alone', TEST_PICTURES),
      },
    ],
  });
}

const TECHNIQUES = [
  ['all', 'all techniques', '8.09 ± 0.07', []],
  ['batch-norm', '− VBN + BN', '7.54', ['--normalization', 'batch']],
  ['history', '− labels + HA', '6.86', ['--labels-per-class', '0', '--historical-averaging', '0.1']],
  ['no-smoothing', '− label smoothing', '6.83', ['--real-target', '1']],
  ['no-labels', '− labels', '4.36', ['--labels-per-class', '0']],
  ['no-minibatch', '− minibatch features', '3.87', ['--minibatch-kernels', '0']],
];

const scoreOf = (run) =>
  measure(
    `score of ${run}`,
    `${run}.json`,
    (path) => [
      'score',
      path(`${run}.npz`),
      '--metrics',
      'is',
      '--model',
      'inception-cifar10',
      '--json',
      path(`${run}.json`),
    ],
    [run],
  );

const real = (id, model, cut) =>
  row({
    id,
    paper,
    title: `Inception Score of the 50,000 training pictures of CIFAR-10, by ${model}`,
    cut,
    measures: [
      measure('score', 'score.json', (path) => [
        'score',
        'cifar10:train',
        '--metrics',
        'is',
        '--model',
        model,
        '--json',
        path('score.json'),
      ]),
    ],
    figures: [{ name: 'Inception Score', unit: '', reported: '11.24 ± 0.12', read: metricOf('score', 'is') }],
  });

const SIZES = ['MNIST, perceptrons, batch 100', 'CIFAR-10, convolutions at half width, batch 20'];

export const ROWS_2016 = [
  mnist(20, '16.77 ± 4.52 %'),
  mnist(50, '2.21 ± 1.36 %'),
  mnist(100, '0.93 ± 0.065 %'),
  mnist(200, '0.90 ± 0.042 %'),
  row({
    id: 'mnist-100-labels-alone',
    paper,
    title: 'Test error of the same network on the same 100 labels alone',
    trainings: [training('run', 'improved', 3000, ['--labeled-only', '--eval-every', '1000'])],
    figures: [{ name: 'test error', unit: '%', read: lastTestError('run', TEST_PICTURES) }],
  }),
  cifar(1000, '21.83 ± 2.01 %', { alone: 2000, steps: 4000, rate: '0.001' }),
  cifar(4000, '18.63 ± 2.32 %', { alone: 2500, steps: 3500 }),
  ...[
    [500, '18.44 ± 4.8 %'],
    [1000, '8.11 ± 1.3 %'],
    [2000, '6.16 ± 0.58 %'],
  ].map(([labels, reported]) =>
    row({
      id: `svhn-${labels}`,
      paper,
      title: `Test error of SVHN with ${labels} labels`,
      needsDataDir: 'train_32x32.mat and test_32x32.mat of SVHN',
      cut: ['a quarter of the maps', '20,000 of 658,800 steps'],
      differs: ['one choice of labels, where the paper has several'],
      trainings: [
        training('run', 'improved', 20_000, [
          '--preset',
          'svhn-semi',
          '--width',
          '0.25',
          '--labels-per-class',
          String(labels / 10),
          '--eval-every',
          '1000',
        ]),
      ],
      figures: [{ name: 'test error', unit: '%', reported, read: lastTestError('run', SVHN_TEST_PICTURES) }],
    }),
  ),
  real('is-cifar10-real', 'inception-cifar10', [OTHER_NETWORK]),
  real('is-cifar10-real-inception-v3', 'inception-v3', []),
  row({
    id: 'techniques-ablation',
    paper,
    title: 'Inception Score on CIFAR-10 with all techniques and without one at a time',
    cut: ['a quarter of the maps', '10,000 of 600,000 steps each', '10,000 of 50,000 samples', OTHER_NETWORK],
    trainings: TECHNIQUES.map(([name, , , args]) =>
      training(name, 'improved', 10_000, ['--preset', 'cifar10-samples', '--width', '0.25', ...args]),
    ),
    measures: TECHNIQUES.flatMap(([name]) => [samplesOf(name, 10_000), scoreOf(name)]),
    figures: TECHNIQUES.map(([name, title, reported]) => ({
      name: title,
      unit: '',
      reported,
      read: metricOf(`score of ${name}`, 'is'),
    })),
  }),
  row({
    id: 'technique-costs',
    paper,
    title:
      'What virtual batch normalization and historical averaging cost, which the paper names as a drawback without a figure',
    measures: [
      {
        name: 'benchmark',
        output: 'benchmark.txt',
        isPrinted: true,
        script: 'test/bench/techniques.js',
        args: () => [],
        of: [],
      },
    ],
    figures: SIZES.flatMap((size) =>
      ['batch norm', 'virtual batch norm', 'historical averaging'].map((variant) => ({
        name: `${size}: ${variant}`,
        unit: 'ms a step',
        read: stepOf(size, variant),
      })),
    ),
  }),
];
