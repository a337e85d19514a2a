import type { Normalisation, ResizeMethod } from '../cards/card.js';
import { NORMALISATIONS } from '../network-options.js';

/** The field's tools whose numbers a run can be set beside. */
export const PROFILE_NAMES = ['torch-fidelity', 'openai', 'pytorch-fid', 'clean-fid'] as const;

export type ProfileName = (typeof PROFILE_NAMES)[number];

/** How a tool feeds the Inception v3 of 2015 and takes its rows. */
export interface Profile {
  readonly resize: ResizeMethod;
  readonly normalise: Normalisation;
  /** Whether rows are shuffled before the Inception Score splits them. */
  readonly shuffle: boolean;
}

/**
 * torch-fidelity 0.4, openai/improved-gan's inception_score, pytorch-fid 0.3, clean-fid 0.1. A tool that has no
 * Inception Score takes the rows as torch-fidelity does.
 */
export const PROFILES: Readonly<Record<ProfileName, Profile>> = {
  'torch-fidelity': { resize: 'tf1-bilinear', normalise: NORMALISATIONS.tf1, shuffle: true },
  openai: { resize: 'tf1-bilinear', normalise: NORMALISATIONS.tf1, shuffle: false },
  'pytorch-fid': { resize: 'torch-bilinear', normalise: NORMALISATIONS['[-1,1]'], shuffle: true },
  'clean-fid': { resize: 'pil-bicubic', normalise: NORMALISATIONS.tf1, shuffle: true },
};
