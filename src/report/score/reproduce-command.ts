import type { EvaluationResult, ImageSet } from '../../documents/result.js';
import { shellQuote } from '../../escape/shell-quote.js';
import type { MetricFacts } from './score-document.js';

import { isComputed } from './summary.js';

/**
 * The command that gives the numbers of a result again, for a POSIX shell, with every setting written out so that no
 * default of another version changes it. Networks are named as their cards name them.
 *
 * @param facts which option names the network of a metric, by id; `--model` for those that are not here
 */
export function reproduceCommand(
  { samples, reference, validation, settings, metrics }: EvaluationResult,
  facts: Readonly<Record<string, MetricFacts>>,
): string {
  const networkFor = (option: 'model' | 'classifier') =>
    metrics
      .filter(isComputed)

      .find(
        ({ id, network, extractor }) =>
          network === undefined &&
          extractor &&
          id !== 'fdr-mean' &&
          (facts[id]?.network ?? 'model') === option,
      )?.extractor?.name;
  const {
    shuffle,
    metrics: ids,
    resolutions,
    networks = [networkFor('model')],
    validationLimit,
    ...others
  } = settings;
  const flags: readonly (readonly [name: string, value: string | undefined])[] = [
    ...describeGenerator(samples),
    ['reference', reference?.source],
    ['validation', validation?.source],
    ['validation-split', validation?.split],
    ['validation-limit', validation && validationLimit?.toString()],
    ...networks.map((name) => ['model', name] as const),
    ['classifier', networkFor('classifier')],
    ['metrics', ids.join(',')],
    ['resolutions', resolutions.join(',')],
    ...Object.entries(others).map(([name, value]) => [toFlag(name), String(value)] as const),
  ];
  const written = flags.flatMap(([name, value]) =>
    value === undefined ? [] : [`--${name} ${shellQuote(value)}`],
  );
  return [
    `ganeval score ${shellQuote(samples.source)}`,
    ...written,
    shuffle ? '--shuffle' : '--no-shuffle',
  ].join(' ');
}

/** How pictures are drawn from a generator: all that decides them, beside the seed. */
function describeGenerator({
  generator,
  count,
  classes,
  reading,
}: ImageSet): (readonly [name: string, value: string | undefined])[] {
  if (!generator) return [];
  const { latent, classDraw } = generator;
  return [
    ['samples', count?.toString()],
    ['latent', latent],
    ['generator-classes', classDraw && classes?.length.toString()],
    ['class-draw', classDraw],
    ['layout', reading?.layout],
    ['range', reading?.range],
  ];
}

const toFlag = (name: string) => name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
