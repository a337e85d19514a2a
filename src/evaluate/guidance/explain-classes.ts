import { shellQuote } from '../../core/shell-quote.js';
import type { PictureSet } from '../picture-set.js';

/**
 * Adds to the reason for which no network knows the classes how one is trained that does.
 *
 * @param reason why there is no class accuracy, as a sentence; undefined where there is
 * @param samples what is scored
 * @param reference the real pictures, if there are some
 */
export function explainUnknownClasses(
  reason: string | undefined,
  { source: { classNames } }: Pick<PictureSet, 'source'>,
  reference: Pick<PictureSet, 'source'> | undefined,
): string | undefined {
  if (reason === undefined || !classNames) return reason;
  const labeled = reference?.source.classNames ? shellQuote(reference.source.name) : undefined;
  // A network that was trained on the samples would know their faults, too.
  const pictures = labeled ?? 'REAL_PICTURES/';
  const what = labeled ? '' : ' (real pictures, a sub-folder for each class)';
  return `${reason} Train one that does: "ganeval train classifier ${pictures} -o classes.onnx"${what}, then run this command again with --classifier classes.onnx.`;
}
