/** The field's tools whose numbers a run can be set beside. */
export const PROFILE_NAMES = ['torch-fidelity', 'openai', 'pytorch-fid', 'clean-fid'] as const;

export type ProfileName = (typeof PROFILE_NAMES)[number];
