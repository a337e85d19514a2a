import { isOfPaths } from '../../metrics/facts.js';
import type { Metric } from '../../metrics/metric.js';
import { openNetwork } from '../../networks/network.js';
import { LPIPS_NETWORK } from '../../networks/pairs/open-lpips.js';
import type { ResolvedOptions } from '../options.js';
import type { PictureSet } from '../picture-set.js';
import { type PathPlan, requirePathSizes } from './path-lengths.js';

/** What is measured along the paths of a generator, where a metric asks for it and the samples are drawn from one. */
export async function planPaths(
  { pplEpsilon, pplInterpolation, pplResize, modelsDir }: ResolvedOptions,
  metrics: readonly Metric[],
  { source }: PictureSet,
): Promise<PathPlan | undefined> {
  if (!source.paths || !metrics.some(isOfPaths)) return undefined;
  requirePathSizes(source.paths, pplResize);
  const network = await openNetwork(LPIPS_NETWORK, { purpose: 'pairs' }, modelsDir);
  return { network, epsilon: pplEpsilon, interpolation: pplInterpolation, resize: pplResize };
}
