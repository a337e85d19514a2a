import type { ProfileName } from '../../core/profile-names.js';
import type { Normalization, ResizeMethod } from '../cards/card.js';
import { NORMALIZATIONS } from './normalizations.js';

/** How a tool feeds the Inception v3 of 2015 and takes its rows. */
export interface Profile {
  readonly resize: ResizeMethod;
  readonly normalize: Normalization;
  /** Whether rows are shuffled before the Inception Score splits them. */
  readonly shuffle: boolean;
}

/**
 * torch-fidelity 0.4, openai/improved-gan's inception_score, pytorch-fid 0.3, clean-fid 0.1. A tool that has no
 * Inception Score takes the rows as torch-fidelity does.
 */
export const PROFILES: Readonly<Record<ProfileName, Profile>> = {
  'torch-fidelity': { resize: 'tf1-bilinear', normalize: NORMALIZATIONS.tf1, shuffle: true },
  openai: { resize: 'tf1-bilinear', normalize: NORMALIZATIONS.tf1, shuffle: false },
  'pytorch-fid': { resize: 'torch-bilinear', normalize: NORMALIZATIONS['[-1,1]'], shuffle: true },
  'clean-fid': { resize: 'pil-bicubic', normalize: NORMALIZATIONS.tf1, shuffle: true },
};
