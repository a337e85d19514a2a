import { accuracy } from './accuracy.js';
import { coverage } from './coverage.js';
import { density } from './density.js';
import { fid } from './fid.js';
import { fidInfinity } from './fid-infinity.js';
import { is } from './is.js';
import { kid } from './kid.js';
import type { Metric } from './metric.js';
import { msssim } from './msssim.js';
import { precision } from './precision.js';
import { recall } from './recall.js';

/** Every metric, in the order in which a report shows them. */
export const metrics: readonly Metric[] = [
  is,
  accuracy,
  msssim,
  fid,
  fidInfinity,
  kid,
  precision,
  recall,
  density,
  coverage,
];
