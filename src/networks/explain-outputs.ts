import type { ModelFile } from '../onnx/model-file.js';
import type { NetworkCard } from './cards/card.js';

/** What to say where something needs an output that was not found among those that a network has. */
export interface MissingOutputs {
  /** Why there are no features, as a sentence; absent where there are, or where no output could have them. */
  readonly noFeatures?: string;
  /** The same of class scores. */
  readonly noLogits?: string;
}

/** Outputs that a message lists. */
const MAX_LISTED = 8;

/**
 * Says which outputs may have what a network was not found to give, and which option names them.
 *
 * @param name how sentences call the network
 * @param model its file
 * @param chosen the outputs that are used
 */
export function explainMissingOutputs(
  name: string,
  { outputs }: Pick<ModelFile, 'outputs'>,
  chosen: NetworkCard['outputs'],
): MissingOutputs {
  const used = Object.values(chosen).map((output) => output?.name);
  const free = outputs.filter(
    ({ name, type, shape }) => type === 'float32' && shape.length >= 2 && !used.includes(name),
  );
  if (free.length === 0) return {};
  const listed = outputs
    .slice(0, MAX_LISTED)
    .map(({ name, shape }) => `${name} [${shape.map((side) => (side === '' ? '?' : side)).join(', ')}]`);
  if (outputs.length > MAX_LISTED) listed.push('…');
  const explain = (what: string, option: string) => {
    const remedy =
      free.length === 1 ? `say ${option} ${free[0].name}, if that is it` : `name it with ${option}`;
    return `The network ${name} does not say which of its outputs has the ${what} (${listed.join(', ')}): ${remedy}.`;
  };
  return {
    ...(!chosen.features && { noFeatures: explain('features', '--features-output') }),
    ...(!chosen.logits && { noLogits: explain('class scores', '--logits-output') }),
  };
}
