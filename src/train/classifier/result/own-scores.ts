import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { RunHooks } from '../../../core/run-hooks.js';
import { score } from '../../../evaluate/score.js';
import type { NetworkCard } from '../../../networks/cards/card.js';
import { guardStorage } from '../../../storage/guard-storage.js';
import { withTemporaryFolder } from '../../../storage/temporary-folder.js';
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
  return withTemporaryFolder(async (folder) => {
    const network = join(folder, 'network.onnx');
    const { size } = card.input;
    await guardStorage(folder, async () => {
      await writeFile(network, model);
      await writeFile(join(folder, 'network.json'), JSON.stringify(card));
    });
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
  });
}
