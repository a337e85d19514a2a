import type { Inpainting } from '../../documents/trained/inpainting.js';
import { neutralize } from '../../escape/neutralize.js';
import { chooseDigits, formatCount, formatNumber, formatPercent } from '../../report/text/numbers.js';

/** Errors of predicted pixels, for a person. */
export function inpaintingToText(result: Inpainting): string {
  const { generator, pictures, mask, predicted, completions, mse, baseline, difference } = result;
  return [
    `${formatCount(pictures.n)} pictures of ${neutralize(pictures.source)}, of which the generator of ${neutralize(generator.run)} predicts ${formatPercent(predicted)} from the rest (${mask}), ${formatCount(completions)} times each`,
    '',
    `  squared error of predicted pixels on the scale of [0, 1]  ${withInterval(mse)}`,
    `  the same of the mean training picture                     ${withInterval(baseline)}`,
    `  difference, picture by picture                            ${withInterval(difference)}`,
    '',
  ].join('\n');
}

function withInterval({ value, se, interval: { low, high } }: Inpainting['mse']): string {
  const digits = chooseDigits(value, se);
  const [middle, least, most] = [value, low, high].map(
    (each) => `${formatNumber(each, digits)}${digits.suffix}`,
  );
  return `${middle} (95 %: ${least} to ${most})`;
}
