import { z } from 'zod';

/** Relative L2 of features to the CPU's that float32 stays well below (1e-7 was measured), and TF32 or float16 far above (4e-4). */
export const EXACT_DISTANCE = 5e-6;
/** What features may be off by at all. */
export const MAX_DISTANCE = 2e-5;

/** Zod schema of what a self-test found. */
export const selfTestSchema = z.discriminatedUnion('outcome', [
  z.object({
    outcome: z.literal('ran'),
    /** Relative L2 of the features to the CPU's. */
    distance: z.number().nonnegative(),
    /** 32×32 pictures through the package's network. */
    picturesPerSecond: z.number().positive(),
    cpuPicturesPerSecond: z.number().positive(),
    /** Opening the network and running it once, in seconds. */
    startSeconds: z.number().nonnegative(),
  }),
  z.object({
    outcome: z.literal('failed'),
    /** Half a sentence. */
    reason: z.string().max(1000),
    /** Whether it was given up: it may only be slow. */
    isTimeout: z.boolean().optional(),
  }),
]);

/** What a self-test found of a device. */
export type SelfTest = z.infer<typeof selfTestSchema>;
export type RanTest = Extract<SelfTest, { outcome: 'ran' }>;

/** Whether a device gave the CPU's features, to the rounding of float32. */
export const isExact = (test: SelfTest | undefined): test is RanTest =>
  test?.outcome === 'ran' && test.distance <= EXACT_DISTANCE;
