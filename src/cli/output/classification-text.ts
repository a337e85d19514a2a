import type { Classification, ErrorEstimate } from '../../documents/trained/classification.js';
import { neutralize } from '../../escape/neutralize.js';
import { chooseDigits, formatCount, formatNumber } from '../../report/text/numbers.js';
import { layOutPlainTable } from '../../report/text/text-table.js';

const TITLES = {
  discriminator: 'the discriminator',
  untrained: 'the same with its first weights',
  pixels: 'pixels',
} as const;

/** Test errors on three kinds of features, for a person. */
export function classificationToText(result: Classification): string {
  const { discriminator, labels, test, classifiers, differences, warnings } = result;
  const rows = (['discriminator', 'untrained', 'pixels'] as const).map((kind) => {
    const { features, error } = classifiers[kind];
    return [
      TITLES[kind],
      formatCount(features),
      withInterval(error),
      kind === 'discriminator' ? '' : withInterval(differences[kind]),
    ];
  });
  return [
    `A linear classifier with ${formatCount(labels.perClass)} labels of each of ${formatCount(labels.classes.length)} classes of ${neutralize(labels.source)}, on the discriminator of ${neutralize(discriminator.run)} after ${formatCount(discriminator.step)} steps`,
    `Error on ${formatCount(test.n)} pictures of ${neutralize(test.source)} in %, mean of ${formatCount(labels.draws)} draws of labels; 95 % intervals over draws and test pictures`,
    '',
    ...layOutPlainTable(
      [
        { heading: 'features of', align: 'left' },
        { heading: 'numbers', align: 'right' },
        { heading: 'error', align: 'right' },
        { heading: "the discriminator's less this", align: 'right' },
      ],
      rows,
      '  ',
    ),
    '',
    ...warnings.map((each) => `Note: ${neutralize(each)}`),
    ...(warnings.length > 0 ? [''] : []),
  ].join('\n');
}

function withInterval({ value, se, interval: { low, high } }: ErrorEstimate): string {
  const digits = chooseDigits(100 * value, 100 * se);
  const [middle, least, most] = [value, low, high].map((each) => formatNumber(100 * each, digits));
  return `${middle} (${least} to ${most})`;
}
