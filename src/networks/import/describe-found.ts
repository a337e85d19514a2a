import type { PthFile } from '../../pytorch/index.js';
import { describe, type FoundWeights } from './find-weights.js';

/** Networks of pictures and text, and the tensors of their text tower by OpenAI's, open_clip's and transformers' names. */
const HAS_TEXT_TOWER = /clip|siglip/;
const TEXT_TOWER =
  /^(transformer|token_embedding|ln_final|text_model|text|text_projection|positional_embedding)(\.|$)/;

/** What was taken of a file that has more than the weights, or other names for them. */
export function describeFound(
  file: string,
  { wrapper, tensors }: Pick<PthFile, 'wrapper'> & { readonly tensors: ReadonlyMap<string, unknown> },
  {
    architecture,
    prefix,
    others,
  }: Pick<FoundWeights, 'prefix' | 'others'> & {
    readonly architecture: Pick<FoundWeights['architecture'], 'name'>;
  },
  unused: readonly string[],
): string[] {
  const places = [
    ...(wrapper ? [`under ${wrapper}`] : []),
    ...(prefix ? [`after ${JSON.stringify(prefix)}`] : []),
  ];
  const left = [...others, ...unused];
  const ofText = HAS_TEXT_TOWER.test(architecture.name)
    ? [...tensors.keys()].filter(
        (name) => name.startsWith(prefix) && TEXT_TOWER.test(name.slice(prefix.length)),
      )
    : [];
  return [
    ...(ofText.length > 0
      ? [
          `${file}: passed over the text tower (${ofText.length} ${ofText.length === 1 ? 'tensor' : 'tensors'}): the network is the tower for pictures.`,
        ]
      : []),
    ...(places.length > 0 ? [`${file}: the weights ${places.join(', ')} were taken.`] : []),
    ...(left.length > 0
      ? [`${file}: passed over ${describe(left)}, for which the network has no place.`]
      : []),
  ];
}
