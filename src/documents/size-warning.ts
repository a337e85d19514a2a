/** How the warning ends that samples and reference differ in size. A verdict has the same as a finding. */
export const SIZE_WARNING_END =
  'every number beside the reference compares sharpness and size too. Bring both to one size, resized in one way.';
