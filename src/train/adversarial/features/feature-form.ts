import { z } from 'zod';

/** The widest of any network that `ganeval train classifier` may make, and far from what fills the memory. */
const MAX_WIDTH = 65_536;

/** Features of a pretrained network that a discriminator is given beside its own. */
export interface FeatureForm {
  /** The network's name. */
  readonly network: string;
  /** SHA-256 of its file, lower-case hex. */
  readonly sha256: string;
  /** The network's identity: the same for the same file, fed and read in the same way. */
  readonly identity: string;
  /** Features of a picture. */
  readonly width: number;
}

export const featureFormSchema = z.object({
  network: z.string(),
  sha256: z.string(),
  identity: z.string(),
  width: z.int().min(1).max(MAX_WIDTH),
});
