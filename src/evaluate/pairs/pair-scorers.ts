import type { DeviceChoice } from '../../devices/device-choices.js';
import { MSSSIM_VERSION, openMsssim, type PairBatch } from '../../metrics/msssim/msssim-scorer.js';
import type { PairScore } from '../../metrics/subject.js';
import type { Network } from '../../networks/network.js';
import { LPIPS_VERSION, openLpips } from '../../networks/pairs/open-lpips.js';

/** How pairs are scored. */
export interface ScoringOptions {
  readonly device: DeviceChoice;
  readonly threads?: number;
  readonly signal?: AbortSignal;
}

/** Compares the pictures of pairs. */
export interface PairScorer {
  /** For progress bars. */
  readonly title: string;
  /** Changes whenever the same pair would get another score. Part of cache keys. */
  readonly identity: Readonly<Record<string, string | number>>;
  open(options: ScoringOptions): Promise<OpenedScorer>;
}

/** A scorer that is ready. */
export interface OpenedScorer {
  /** The score of each pair, in order. */
  score(batch: PairBatch): Promise<Pick<PairScore, 'value' | 'clamped'>[]>;
  close(): Promise<void>;
}

/** MS-SSIM. */
export const MSSSIM_SCORER: PairScorer = {
  title: 'MS-SSIM',
  identity: { msssim: MSSSIM_VERSION },
  open: openMsssim,
};

/** LPIPS by a network of pairs. */
export function lpipsScorer(network: Network): PairScorer {
  return {
    title: 'LPIPS',
    identity: { lpips: LPIPS_VERSION, network: network.identity },
    async open({ device, threads, signal }) {
      const lpips = openLpips(network, { device, threads, signal });
      return {
        score: async (batch) => Array.from(await lpips.score(batch), (value) => ({ value, clamped: false })),
        close: () => lpips.close(),
      };
    },
  };
}
