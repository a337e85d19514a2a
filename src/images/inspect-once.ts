import type { ImageSource } from './image-source.js';
import type { Inspections } from './inspections.js';

/**
 * The same source for pictures that do not change: it is inspected once, however often it is asked. So a set that many runs read, such as the
 * reference of a training, is not hashed by each of them.
 *
 * @param source closed by closing the result
 */
export function inspectOnce(source: ImageSource): ImageSource {
  let inspecting: Promise<Inspections> | undefined;
  return {
    name: source.name,
    kind: source.kind,
    entries: source.entries,
    classNames: source.classNames,
    warnings: source.warnings,
    decoding: source.decoding,
    inspect(options) {
      // What failed or was aborted may be tried again.
      inspecting ??= source.inspect(options).catch((error) => {
        inspecting = undefined;
        throw error;
      });
      return inspecting;
    },
    pictures: (indices, options) => source.pictures(indices, options),
    picture: (index) => source.picture(index),
    close: () => source.close(),
  };
}
