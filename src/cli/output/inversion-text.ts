import type { Inversion } from '../../documents/trained/inversion.js';
import { neutralize } from '../../escape/neutralize.js';
import { chooseDigits, formatCount, formatNumber } from '../../report/text/numbers.js';
import { layOutPlainTable } from '../../report/text/text-table.js';

type Estimate = Inversion['sets'][number]['network']['mse'];

/** Reconstruction errors, for a person. */
export function inversionToText({ generator, sets, gap, warnings }: Inversion): string {
  const rows = sets.flatMap(({ role, source, n, network, optimization }) =>
    (
      [
        ['network', network],
        ['optimization', optimization],
      ] as const
    ).map(([way, { mse, psnr }]) => [
      `${neutralize(source)}${role === 'training' ? ' (training)' : ''}`,
      way,
      formatCount(n),
      withInterval(mse),
      withInterval(psnr),
    ]),
  );
  const lines = [
    `Pictures as the generator of ${neutralize(generator.run)} makes them after ${formatCount(generator.step)} steps: squared error on the scale of [0, 1], and dB`,
    '',
    ...layOutPlainTable(
      [
        { heading: 'pictures', align: 'left' },
        { heading: 'latents by', align: 'left' },
        { heading: 'n', align: 'right' },
        { heading: 'MSE (95 % interval)', align: 'right' },
        { heading: 'PSNR (95 % interval)', align: 'right' },
      ],
      rows,
      '  ',
    ),
    '',
  ];
  if (gap) lines.push(`Held-out less training pictures, by optimization: ${withInterval(gap.optimization)}`);
  lines.push(...warnings.map((each) => `Note: ${neutralize(each)}`));
  return [...lines, ''].join('\n');
}

function withInterval({
  value,
  se,
  interval: { low, high },
}: Pick<Estimate, 'value' | 'se' | 'interval'>): string {
  const digits = chooseDigits(value, se);
  const [middle, least, most] = [value, low, high].map(
    (each) => `${formatNumber(each, digits)}${digits.suffix}`,
  );
  return `${middle} (${least} to ${most})`;
}
