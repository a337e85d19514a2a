import { z } from 'zod';
import { NetworkError } from '../../core/errors.js';
import { describeJsonFault, parseJson } from '../../core/parse-json.js';
import { PROFILE_NAMES, type ProfileName } from '../../core/profile-names.js';

const perChannel = z.union([z.number(), z.tuple([z.number(), z.number(), z.number()])]);

/**
 * How pictures reach the size of the network's input:
 * - `bilinear`: half-pixel centers; when it reduces, antialiased
 * - `tf1-bilinear`: source = target · in/out without half pixels or antialiasing, as TensorFlow 1 and torch-fidelity
 * - `torch-bilinear`: half-pixel centers without antialiasing, as `F.interpolate` and pytorch-fid
 * - `pil-bicubic`: a = −0.5, antialiased, clipped to 0–255 but not rounded, as clean-fid
 * - `torch-bicubic-antialias`: a = −0.5, antialiased, neither clipped nor rounded, as `F.interpolate` and torchvision on floating-point tensors
 * - `pil-…-uint8`: Pillow's filters on pictures of 8 bits, to the byte: rounded to whole levels and clipped after each of the two passes
 */
export const resizeMethod = z.enum([
  'bilinear',
  'tf1-bilinear',
  'torch-bilinear',
  'torch-bicubic-antialias',
  'pil-bicubic',
  'pil-box-uint8',
  'pil-bilinear-uint8',
  'pil-hamming-uint8',
  'pil-bicubic-uint8',
  'pil-lanczos-uint8',
]);

/**
 * What becomes of pictures that are not square:
 * - `stretch`: both sides are resized to the same number of pixels
 * - `shorter-side`: the shorter side is, and the longer in proportion; the middle is cut out
 * - `square-first`: the middle square is cut out, and then resized
 */
const fit = z.enum(['stretch', 'shorter-side', 'square-first']);

/** Which pixel the middle begins with where one is left over: half of the rest rounded down, or to the even number (torchvision). */
const middle = z.enum(['floor', 'half-even']);

/** The network receives x·scale + offset for x in 0–255; a triple gives red, green and blue their own. */
export const normalization = z.strictObject({ scale: perChannel, offset: perChannel });

/** How pictures become what a network takes. */
const feeding = z.strictObject({
  /** Height and width in pixels. */
  size: z.int().positive(),
  /** Pictures are resized to this side, and the middle `size` pixels are cut out; no less than `size`. */
  resizeTo: z.int().positive().optional(),
  /** @default 'stretch' */
  fit: fit.optional(),
  /** @default 'floor' */
  middle: middle.optional(),
  resize: resizeMethod,
  normalize: normalization,
});

const digest = z.string().regex(/^[0-9a-f]{64}$/, 'expected 64 hex digits');

const output = z.strictObject({
  /** Name in the ONNX file. */
  name: z.string().min(1),
  /** Numbers per picture. */
  width: z.int().positive(),
});

/** What is known of a network: `<name>.json` beside `<name>.onnx`. */
export const networkCard = z
  .strictObject({
    /** What `--model` and results call it. */
    name: z.string().min(1),
    /** Its standing, if it is not meant to stay. */
    status: z.string().optional(),
    /** SHA-256 of the .onnx file, or of the file and its weights in others, in lower-case hex; the network is refused if it differs. */
    sha256: digest.optional(),
    /** Name of the file in the same folder that has its large weights, as the store writes it. */
    weights: z
      .string()
      .regex(/^[\w.-]+\.weights$/, 'expected the name of a file of weights')
      .optional(),
    /** What its numbers may be compared with, as half a sentence. */
    comparableWith: z.string().optional(),
    input: z.strictObject({
      /** Name in the ONNX file. */
      name: z.string().min(1),
      /** Order of the axes: picture, channel, row, column, or channels last. The channels are red, green, blue. */
      layout: z.enum(['NCHW', 'NHWC']),
      ...feeding.shape,
      /** Resize and normalization are those of the run's profile; the two above say what they are without one. */
      followsProfile: z.boolean().optional(),
      /**
       * How tools of the field feed this network, by their profiles: what an entry leaves out is as above. An entry with a `resize` says
       * all of how pictures reach the size. A profile without an entry changes nothing.
       */
      profiles: z.partialRecord(z.enum(PROFILE_NAMES), feeding.partial()).optional(),
    }),
    outputs: z
      .strictObject({
        /** The layer that FID and KID compare. */
        features: output.optional(),
        /** Class scores before softmax, for the Inception Score and class accuracy. */
        logits: output.optional(),
        /** Class scores for the Inception Score, where it does not take the logits (the field's code leaves their bias out). */
        scores: output.optional(),
        /**
         * How far apart two pictures are: of a network of pairs, which takes n pictures and then the n that they are compared with, of any
         * equal size.
         */
        distances: output.optional(),
      })
      .refine(
        ({ features, logits, distances }) => features || logits || distances,
        'expected features, logits or both',
      ),
    /** It sees the mean of red, green and blue alone, so it is for gray pictures. */
    gray: z.boolean().optional(),
    /** One name per column of the logits, in their order. */
    classes: z.array(z.string().min(1)).optional(),
    /** WordNet 3.0 synset id (n01440764) of each column of the logits, in their order. */
    synsets: z.array(z.string().regex(/^n\d{8}$/)).optional(),
    /** The order of the columns follows from no folder's name or number: classes need a map. */
    classesNeedMap: z.boolean().optional(),
    /** First and last column of the logits that stand for a class; others (background, padding) are no answer. */
    classRange: z.tuple([z.int().nonnegative(), z.int().nonnegative()]).optional(),
    architecture: z.string().optional(),
    /** On what and how it was trained. */
    training: z.record(z.string(), z.unknown()).optional(),
    /** How it does on pictures that it was not trained on. */
    heldOut: z.record(z.string(), z.unknown()).optional(),
    license: z.string().optional(),
    /** The weight file that the network was made from. */
    source: z.strictObject({ file: z.string(), sha256: digest }).optional(),
  })
  .superRefine(({ input }, { addIssue }) => {
    const message = 'expected no less than the size';
    if (!isRoomy(input)) addIssue({ code: 'custom', path: ['input', 'resizeTo'], message });
    for (const profile of PROFILE_NAMES) {
      const path = ['input', 'profiles', profile, 'resizeTo'];
      if (!isRoomy(inputUnderProfile(input, profile))) addIssue({ code: 'custom', path, message });
    }
  })
  .refine(({ classes, outputs }) => !classes || classes.length === outputs.logits?.width, {
    path: ['classes'],
    message: 'expected one name per column of the logits',
  })
  .refine(
    ({ classRange, outputs }) =>
      !classRange || (classRange[0] <= classRange[1] && classRange[1] < (outputs.logits?.width ?? 0)),
    { path: ['classRange'], message: 'expected two columns of the logits, first and last' },
  )
  .refine(({ synsets, outputs }) => !synsets || synsets.length === outputs.logits?.width, {
    path: ['synsets'],
    message: 'expected one synset id per column of the logits',
  });

/** What is cut out of the middle is in the picture. */
function isRoomy({ size, resizeTo = size }: Feeding): boolean {
  return resizeTo >= size;
}

/**
 * The input of a card as a profile has it, for a network that says how tools feed it.
 *
 * @param input of the card
 * @param profile of the run
 * @returns the input without the word on profiles
 */
export function inputUnderProfile<T extends Feeding & { readonly profiles?: FeedingByProfile }>(
  { profiles, ...input }: T,
  profile: ProfileName,
): Omit<T, 'profiles'> {
  const said = profiles?.[profile];
  if (said?.resize === undefined) return { ...input, ...said };
  const { resizeTo, fit, middle, ...others } = input;
  return { ...(others as typeof input), ...said };
}

export type NetworkCard = z.infer<typeof networkCard>;
type Feeding = z.infer<typeof feeding>;
type FeedingByProfile = Partial<Record<ProfileName, Partial<Feeding>>>;
export type ResizeMethod = z.infer<typeof resizeMethod>;
export type Normalization = z.infer<typeof normalization>;

/**
 * Reads a card.
 *
 * @param what what errors call the card
 * @throws {NetworkError} naming the file and the first field that is wrong
 */
export function parseCard(text: string, what: string): NetworkCard {
  let json: unknown;
  try {
    json = parseJson(text);
  } catch (error) {
    throw new NetworkError(`${what} ${describeJsonFault(error)}: correct it.`);
  }
  const parsed = networkCard.safeParse(json);
  if (parsed.success) return parsed.data;
  const [{ path, message }] = parsed.error.issues;
  throw new NetworkError(`${what} is not a network's card: ${path.join('.') || 'the whole'}: ${message}.`);
}
