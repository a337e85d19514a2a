import { shellQuote } from '../../escape/shell-quote.js';
import type { NetworkClasses } from '../../networks/cards/class-columns.js';
import type { PictureSet } from '../picture-set.js';

/**
 * Adds to the reason for which no network knows the classes how one is trained that does.
 *
 * @param reason why there is no class accuracy, as a sentence; undefined where there is
 * @param samples what is scored
 * @param reference the real pictures, if there are some
 * @param own the network that the user named for class accuracy, if its classes have no names: a map tells it the samples' classes
 */
export function explainUnknownClasses(
  reason: string | undefined,
  { source: { classNames } }: Pick<PictureSet, 'source'>,
  reference: Pick<PictureSet, 'source'> | undefined,
  own?: Pick<NetworkClasses, 'name' | 'classes' | 'logitWidth'>,
): string | undefined {
  if (reason === undefined || !classNames) return reason;
  const labeled = reference?.source.classNames ? shellQuote(reference.source.name) : undefined;
  // A network that was trained on the samples would know their faults, too.
  const pictures = labeled ?? 'REAL_PICTURES/';
  const what = labeled ? '' : ' (real pictures, a sub-folder for each class)';
  const train = `"ganeval train classifier ${pictures} -o classes.onnx"${what}, then run this command again with --classifier classes.onnx.`;
  if (own && !own.classes && own.logitWidth > 0 && !classNames.every((name) => /^\d+$/.test(name))) {
    const line = `${JSON.stringify(classNames[0]).slice(1, -1)},0`;
    return `${reason} The classes of ${own.name} have no names: say which column each of yours is with --class-map FILE.csv, whose first line is "class,column" and then one line for each class, such as "${line}". Without that, train a network that knows them: ${train}`;
  }
  return `${reason} Train one that does: ${train}`;
}
