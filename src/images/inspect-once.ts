import type { ImageSource } from './image-source.js';
import type { Inspections } from './inspections.js';

/**
 * Wraps a source whose pictures do not change, so that it is inspected once, however often it is asked. A set that many runs read, such
 * as the reference of a training, is then not hashed by each of them.
 *
 * @param source its files must not change; closing the result closes it
 * @returns a source of the same pictures; an inspection that failed or was aborted is tried again at the next call
 *
 * @example
 * ```ts
 * const reference = inspectOnce(await openImages('./real'));
 * for (const samples of ['epoch1', 'epoch2']) await score({ samples, reference });
 * await reference.close();
 * ```
 */
export function inspectOnce(source: ImageSource): ImageSource {
  let inspecting: Promise<Inspections> | undefined;
  return {
    name: source.name,
    kind: source.kind,
    entries: source.entries,
    classNames: source.classNames,
    warnings: source.warnings,
    split: source.split,
    drawnFrom: source.drawnFrom,
    get decoding() {
      return source.decoding;
    },
    budget: source.budget,
    reading: source.reading,
    generator: source.generator,
    paths: source.paths,
    inspect(options) {
      // What failed or was aborted may be tried again.
      inspecting ??= source.inspect(options).catch((error) => {
        inspecting = undefined;
        throw error;
      });
      return inspecting;
    },
    pictures: (indices, options) => source.pictures(indices, options),
    runs: source.runs?.bind(source),
    picture: (index) => source.picture(index),
    close: () => source.close(),
  };
}
