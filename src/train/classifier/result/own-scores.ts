import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RunHooks } from '../../../core/run-hooks.js';
import { score } from '../../../evaluate/score.js';
import type { NetworkCard } from '../../../networks/cards/card.js';
import { guardStorage } from '../../../storage/guard-storage.js';
import type { LabeledSet } from '../../pictures/labeled-set.js';
import { sourceOf } from '../../pictures/picture-source.js';
import type { RunOptions } from '../network/run-network.js';
import type { OwnScores } from './trained-card.js';

/** Scores the held-out pictures with the network as `ganeval score` would: what real pictures get from it. */
export async function scoreWithNetwork(
  { model, card }: { readonly model: Uint8Array; readonly card: NetworkCard },
  test: LabeledSet,
  { device, threads }: RunOptions,
  hooks: RunHooks,
): Promise<OwnScores> {
  const folder = await guardStorage(tmpdir(), () => mkdtemp(join(tmpdir(), 'ganeval-train-')));
  const network = join(folder, 'network.onnx');
  const { size } = card.input;
  try {
    await writeFile(network, model);
    await writeFile(join(folder, 'network.json'), JSON.stringify(card));
    const { metrics, settings } = await score(
      {
        samples: sourceOf(test, 'held-out pictures'),
        model: network,
        classifier: network,
        metrics: ['is', 'accuracy'],
        resolutions: [Math.round(size / 2), Math.round(size / 4)],
        cache: false,
        device,
        threads,
      },
      hooks,
    );
    const [is, accuracy] = ['is', 'accuracy'].map((id) => metrics.find((metric) => metric.id === id));
    return {
      ...(is?.status === 'ok' && {
        inceptionScore: { value: is.value, std: is.std, splits: settings.splits },
      }),
      accuracyReducedTo:
        accuracy?.status === 'ok'
          ? Object.fromEntries(
              (accuracy.perResolution ?? []).map(({ resolution, value }) => [resolution, value]),
            )
          : {},
    };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
