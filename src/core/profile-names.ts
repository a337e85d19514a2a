/** The field's tools whose numbers a run can be compared with. */
export const PROFILE_NAMES = [
  'torch-fidelity',
  'openai',
  'pytorch-fid',
  'clean-fid',
  'dgm-eval',
  'cmmd',
  'fdr',
] as const;

export type ProfileName = (typeof PROFILE_NAMES)[number];
