import type { WeightStorage } from '../../../networks/architectures/layers.js';
import type { LabeledSet } from '../../pictures/labeled-set.js';
import type { Normalization } from '../data/augment.js';
import { exportNetwork, type TrainedNetwork } from '../network/export-network.js';
import { type RunOptions, runNetwork } from '../network/run-network.js';
import { argMax, computeAccuracy, computeConfusion, computeLogLoss, fitTemperature } from './scores.js';

/** Of pictures that must get the same class from weights of 16 bits as from weights of 32. */
const MIN_AGREEMENT = 0.999;

/** A network that is ready to be written, with what was measured on the way. */
export interface FinishedNetwork {
  /** The .onnx file. */
  readonly model: Uint8Array;
  readonly storage: WeightStorage;
  readonly temperature: number;
  readonly validation: {
    readonly accuracy: number;
    readonly logLossBefore: number;
    readonly logLossAfter: number;
  };
  readonly test: {
    readonly accuracy: number;
    readonly logLoss: number;
    /** Rows are the pictures' classes, columns those that they were taken for. */
    readonly confusion: readonly (readonly number[])[];
    /** Share of the test pictures whose class is the same with weights of 32 bits. */
    readonly agreement: number;
  };
}

/** Pictures that were not trained on, and how those that were are normalized. */
interface HeldOutPictures {
  readonly validation: LabeledSet;
  readonly test: LabeledSet;
  readonly normalization: Normalization;
}

/**
 * Fits the temperature on pictures that were not trained on, and stores the weights in 16 bits where that costs nothing: at
 * least as many test pictures are recognized, and all but one in a thousand get the same class.
 */
export async function finishNetwork(
  network: TrainedNetwork,
  { validation, test, normalization }: HeldOutPictures,
  run: RunOptions,
): Promise<FinishedNetwork> {
  const scored = await runNetwork(exportNetwork(network, 'float32'), validation, normalization, run);
  const temperature = fitTemperature(scored);
  const cooled = { ...network, temperature };
  const candidates = await Promise.all(
    (['float16', 'float32'] as const).map(async (storage) => {
      const model = exportNetwork(cooled, storage);
      return { storage, model, result: await runNetwork(model, test, normalization, run) };
    }),
  );
  const [half, whole] = candidates;
  const agreement = shareOfEqual(half.result.logits, whole.result.logits, whole.result.classes);
  const free = agreement >= MIN_AGREEMENT && computeAccuracy(half.result) >= computeAccuracy(whole.result);
  const { storage, model, result } = free ? half : whole;
  return {
    model,
    storage,
    temperature,
    validation: {
      accuracy: computeAccuracy(scored),
      logLossBefore: computeLogLoss(scored),
      logLossAfter: computeLogLoss(scored, temperature),
    },
    test: {
      accuracy: computeAccuracy(result),
      logLoss: computeLogLoss(result),
      confusion: computeConfusion(result),
      agreement: free ? agreement : 1,
    },
  };
}

function shareOfEqual(one: Float32Array, other: Float32Array, classes: number): number {
  const [a, b] = [argMax(one, classes), argMax(other, classes)];
  return a.filter((each, row) => each === b[row]).length / a.length;
}
