import type { ProfileName } from '../../core/profile-names.js';
import type { Normalization, ResizeMethod } from '../cards/card.js';
import { NORMALIZATIONS } from './normalizations.js';

/** How a tool feeds the Inception v3 of 2015 and takes its rows. */
export interface Profile {
  /** Absent for a tool that does not run this network: it is fed as its card says. */
  readonly inception?: { readonly resize: ResizeMethod; readonly normalize: Normalization };
  /** Whether rows are shuffled before the Inception Score splits them. */
  readonly shuffle: boolean;
}

const TF1 = { resize: 'tf1-bilinear', normalize: NORMALIZATIONS.tf1 } as const;
const TORCH = { resize: 'torch-bilinear', normalize: NORMALIZATIONS['[-1,1]'] } as const;

/**
 * torch-fidelity 0.4, openai/improved-gan's inception_score, pytorch-fid 0.3, clean-fid 0.1, dgm-eval (without --clean_resize), CMMD and FDr
 * by their authors' code. A tool that has no Inception Score takes the rows as torch-fidelity does. How the tools feed other networks is in
 * the cards of these.
 */
export const PROFILES: Readonly<Record<ProfileName, Profile>> = {
  'torch-fidelity': { inception: TF1, shuffle: true },
  openai: { inception: TF1, shuffle: false },
  'pytorch-fid': { inception: TORCH, shuffle: true },
  'clean-fid': { inception: { resize: 'pil-bicubic', normalize: NORMALIZATIONS.tf1 }, shuffle: true },
  'dgm-eval': { inception: TORCH, shuffle: true },
  cmmd: { shuffle: true },
  fdr: { inception: { resize: 'tf1-bilinear', normalize: NORMALIZATIONS['[-1,1]'] }, shuffle: true },
};
