import type { Options } from 'yargs';
import { type OptionKey, optionSpecs, toYargs } from './specs.js';

/** Headings of help. An option that is listed nowhere would be missing from the command line; a test checks that. */
const GROUPS: Readonly<Record<string, readonly OptionKey[]>> = {
  'What is scored:': [
    'reference',
    'features',
    'labels',
    'labelColumn',
    'split',
    'limit',
    'referenceLabels',
    'referenceLabelColumn',
    'referenceSplit',
    'referenceLimit',
    'validation',
    'validationSplit',
    'validationLimit',
    'metrics',
    'resolutions',
    'downsample',
    'alpha',
  ],
  'Pictures of a generator:': ['sampleCount', 'latent', 'generatorClasses', 'classDraw', 'save'],
  'How values are read:': [
    'array',
    'layout',
    'bitDepth',
    'range',
    'referenceArray',
    'referenceLayout',
    'referenceBitDepth',
    'referenceRange',
  ],
  'Networks:': [
    'model',
    'classifier',
    'classes',
    'classMap',
    'modelsDir',
    'inputSize',
    'normalize',
    'featuresOutput',
    'logitsOutput',
  ],
  'Metrics:': [
    'profile',
    'splits',
    'shuffle',
    'seed',
    'kidSubsets',
    'kidSubsetSize',
    'kidKernel',
    'kidRbfSigma',
    'swdDirections',
    'fdrDivisors',
    'msssimPairs',
    'pplEpsilon',
    'pplInterpolation',
    'pplResize',
    'level',
  ],
  'Bad pictures:': ['onBadImage', 'maxBad', 'pixelLimit'],
  'The run:': ['device', 'gpu', 'precision', 'threads', 'batchSize', 'maxMemory', 'cache', 'cacheDir'],
};

/** The library's options as yargs takes them, by flag; only the `keys` if they are given. */
export function libraryOptions(keys?: readonly OptionKey[]): Record<string, Options> {
  const specs = new Map(optionSpecs(keys).map((spec) => [spec.key, spec]));
  return Object.fromEntries(
    Object.entries(GROUPS).flatMap(([group, members]) =>
      members.flatMap((key) => {
        const spec = specs.get(key);
        return spec ? [[spec.flag, toYargs(spec, group)]] : [];
      }),
    ),
  );
}
