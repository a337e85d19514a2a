import { accuracy } from './classifier/accuracy.js';
import { is } from './classifier/is.js';
import { fdr } from './frechet/fdr.js';
import { fid } from './frechet/fid.js';
import { fidInfinity } from './frechet/fid-infinity.js';
import { cmmd } from './kernel/cmmd.js';
import { kid } from './kernel/kid.js';
import { lpips } from './lpips/lpips.js';
import { authpct } from './memorization/authpct.js';
import { ct } from './memorization/ct.js';
import type { Metric } from './metric.js';
import { msssim } from './msssim/msssim.js';
import { coverage } from './neighbors/coverage.js';
import { density } from './neighbors/density.js';
import { precision } from './neighbors/precision.js';
import { recall } from './neighbors/recall.js';
import { ppl } from './paths/ppl.js';
import { swd } from './sliced/swd.js';
import { vendi } from './vendi/vendi.js';

/** The metrics of ganeval, in the order in which a report shows them. A new one is a file and a line here. */
export const metrics: readonly Metric[] = [
  is,
  accuracy,
  msssim,
  lpips,
  fid,
  fidInfinity,
  fdr,
  kid,
  cmmd,
  swd,
  vendi,
  authpct,
  ct,
  precision,
  recall,
  density,
  coverage,
  ppl,
];
