import type { RunHooks } from '../../core/run-hooks.js';
import type { ShardStore } from '../../features/shard-store.js';
import type { Share } from '../../features/share.js';
import type { Subject } from '../../metrics/subject.js';
import type { ResolvedOptions } from '../options.js';
import type { SetPlan } from '../plan.js';
import { exactDevice } from '../precision/exact-device.js';
import { measurePaths } from './path-lengths.js';

/** How paths are measured, and where their lengths are kept. */
export interface PathMeasuring {
  readonly options: Pick<ResolvedOptions, 'device' | 'precision' | 'threads'>;
  readonly store: ShardStore;
  readonly hooks: RunHooks;
  /** Which of the shards are measured. @default all */
  readonly share?: Share;
  /** Whether lengths that are there now are there in the next run. */
  readonly outlivesRun: boolean;
}

/** The paths of a set, where a metric asks for them and a generator makes its pictures. */
export async function measureSetPaths(
  { set, paths: planned }: SetPlan,
  kept: Int32Array,
  { options, store, hooks, share, outlivesRun }: PathMeasuring,
): Promise<Subject['pathLengths']> {
  const { paths } = set.source;
  if (!planned || !paths) return undefined;
  return measurePaths(paths, kept, planned, {
    store,
    share,
    device: exactDevice(options),
    threads: options.threads,
    signal: hooks.signal,
    onProgress: (done, total) =>
      hooks.onProgress?.({
        stage: 'pairs',
        label: `Paths of ${set.role}`,
        done,
        total,
        kept: outlivesRun ? done : 0,
        unit: 'pairs',
      }),
  });
}
