import type { Variable } from '@tensorflow/tfjs-core';

/**
 * The variables of several maps under names that begin with a prefix, for a trainer's `state`.
 *
 * @param prefix such as `generator`; a slash follows it
 * @param maps variables by name
 * @returns entries `<prefix>/<name>`, in the order of the maps
 *
 * @example
 * ```ts
 * new Map([...prefixNames('generator', parameters.trainable, parameters.buffers), ...prefixNames('adam', adam.state)]);
 * ```
 */
export function prefixNames(
  prefix: string,
  ...maps: readonly ReadonlyMap<string, Variable>[]
): [string, Variable][] {
  return maps.flatMap((map) =>
    [...map].map(([name, each]): [string, Variable] => [`${prefix}/${name}`, each]),
  );
}
