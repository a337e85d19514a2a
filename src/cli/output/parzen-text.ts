import { neutralize } from '../../escape/neutralize.js';
import type { ParzenResult } from '../../parzen/estimate.js';
import { chooseDigits, formatCount, formatNumber, formatValue } from '../../report/text/numbers.js';
import { layOutPlainTable } from '../../report/text/text-table.js';

/** A Parzen log-likelihood, for a person. */
export function parzenToText({ samples, form, sigma, validation, test, warnings }: ParzenResult): string {
  const { width, height, channels, dimensions } = form;
  const of = samples.count < samples.available ? ` of ${formatCount(samples.available)}` : '';
  const color = channels === 1 ? 'gray' : 'RGB';
  const lines = [
    `Gaussian Parzen window on ${formatCount(samples.count)}${of} samples of ${neutralize(samples.source)} (${width}×${height} ${color}, ${formatCount(dimensions)} numbers over [0, 1])`,
    '',
  ];
  if (validation) {
    lines.push(`sigma by the log-likelihood of ${neutralize(validation.source)}, in nats:`, '');
    const rows = validation.curve.map(({ sigma: each, value, se }) => [
      each.toFixed(4),
      formatNumber(value, chooseDigits(value, se)),
      formatNumber(se, chooseDigits(value, se)),
      each === sigma ? 'best' : '',
    ]);
    lines.push(
      ...layOutPlainTable(
        [
          { heading: 'sigma', align: 'right' },
          { heading: 'log-likelihood', align: 'right' },
          { heading: 'se', align: 'right' },
          { heading: '', align: 'left' },
        ],
        rows,
        '  ',
      ),
      '',
    );
  }
  const value = formatValue(test.value, test.se, chooseDigits(test.value, test.se));
  lines.push(
    `Log-likelihood of ${neutralize(test.source)}: ${value} nats (mean and standard error over ${formatCount(test.n)} pictures, sigma ${sigma.toFixed(4)})`,
    ...warnings.map((each) => `Note: ${neutralize(each)}.`),
    '',
  );
  return lines.join('\n');
}
