/** How an image processor of transformers gets from a size to pixels. */
type SizeRule =
  /** Resizes to the size; then cuts out the middle, if it shall. */
  | 'plain'
  /** Below 384 pixels resizes to size / crop_pct and cuts out the middle of the size; from 384 on resizes to the size. */
  | 'convnext'
  /** Resizes the shorter side to 256/224 of the size; then cuts out the middle. */
  | 'levit'
  /** Resizes the shorter side to size / crop_pct; then cuts out the middle. */
  | 'poolformer';

type Triple = [number, number, number];
type Statistics = Record<'image_mean' | 'image_std', Triple>;

/** What a class of image processors does where its file says nothing, as in transformers 5. */
export interface ImageProcessor {
  readonly rule: SizeRule;
  /** Whether a size that is one number is both sides; else it is the shorter. */
  readonly isNumberSquare: boolean;
  readonly defaults: {
    readonly size?: { height: number; width: number } | { shortest_edge: number };
    readonly crop_size?: number;
    readonly do_center_crop?: boolean;
    readonly crop_pct?: number;
    readonly resample?: number;
    readonly image_mean?: Triple;
    readonly image_std?: Triple;
    /** Divides by the deviation once more. */
    readonly include_top?: boolean;
  };
}

const HALF: Statistics = { image_mean: [0.5, 0.5, 0.5], image_std: [0.5, 0.5, 0.5] };
const IMAGENET: Statistics = { image_mean: [0.485, 0.456, 0.406], image_std: [0.229, 0.224, 0.225] };
const OPENAI: Statistics = {
  image_mean: [0.48145466, 0.4578275, 0.40821073],
  image_std: [0.26862954, 0.26130258, 0.27577711],
};

const BILINEAR = 2;
const BICUBIC = 3;

const square = (side: number) => ({ height: side, width: side });
const shorter = (side: number) => ({ shortest_edge: side });
const CROP = { do_center_crop: true, crop_size: 224 } as const;

function plain(isNumberSquare: boolean, defaults: ImageProcessor['defaults']): ImageProcessor {
  return { rule: 'plain', isNumberSquare, defaults };
}

const CLIP = plain(false, { size: shorter(224), ...CROP, resample: BICUBIC, ...OPENAI });
const MOBILE_NET = plain(false, { size: shorter(256), ...CROP, resample: BILINEAR, ...HALF });

/** By the name of the class without what follows it. */
const PROCESSORS: Readonly<Record<string, ImageProcessor>> = {
  ViT: plain(true, { size: square(224), resample: BILINEAR, ...HALF }),
  DeiT: plain(true, { size: square(256), ...CROP, resample: BICUBIC, ...HALF }),
  Beit: plain(true, { size: square(224), crop_size: 224, resample: BICUBIC, ...HALF }),
  Bit: CLIP,
  CLIP,
  ChineseCLIP: CLIP,
  Siglip: plain(false, { size: square(224), resample: BICUBIC, ...HALF }),
  Blip: plain(true, { size: square(384), resample: BICUBIC, ...OPENAI }),
  Pvt: plain(true, { size: square(224), resample: BICUBIC, ...IMAGENET }),
  MobileNetV1: MOBILE_NET,
  MobileNetV2: MOBILE_NET,
  EfficientNet: plain(true, {
    ...{ size: square(346), crop_size: 289, resample: BICUBIC, ...HALF, include_top: true },
  }),
  ConvNext: {
    ...{ rule: 'convnext', isNumberSquare: false },
    defaults: { size: shorter(384), crop_pct: 224 / 256, resample: BICUBIC, ...HALF },
  },
  Levit: {
    ...{ rule: 'levit', isNumberSquare: false },
    defaults: { size: shorter(224), ...CROP, resample: BICUBIC, ...IMAGENET },
  },
  PoolFormer: {
    ...{ rule: 'poolformer', isNumberSquare: false },
    defaults: { size: shorter(224), ...CROP, crop_pct: 0.9, resample: BICUBIC, ...IMAGENET },
  },
};

/** Classes that are known, for errors. */
export const KNOWN_PROCESSORS = Object.keys(PROCESSORS).join(', ');

/** What a network of this `model_type` is fed by where its preprocessor names no class, as AutoImageProcessor has it. */
const BY_MODEL_TYPE: Readonly<Record<string, string>> = {
  ...{ vit: 'ViT', vit_mae: 'ViT', vit_msn: 'ViT', swin: 'ViT', swinv2: 'ViT', deit: 'DeiT', beit: 'Beit' },
  ...{ bit: 'Bit', dinov2: 'Bit', dinov2_with_registers: 'Bit', clip: 'CLIP', clip_vision_model: 'CLIP' },
  ...{ siglip: 'Siglip', siglip_vision_model: 'Siglip', blip: 'Blip', pvt: 'Pvt', levit: 'Levit' },
  ...{ convnext: 'ConvNext', convnextv2: 'ConvNext', resnet: 'ConvNext', poolformer: 'PoolFormer' },
  ...{ mobilenet_v1: 'MobileNetV1', mobilenet_v2: 'MobileNetV2', efficientnet: 'EfficientNet' },
};

/**
 * The image processor of a class.
 *
 * @param className such as `ViTImageProcessor`, `ViTImageProcessorFast` or, in older files, `ViTFeatureExtractor`
 * @returns undefined if it is not known
 */
export function findProcessor(className: string): ImageProcessor | undefined {
  const [, name] = /^(\w+?)(?:ImageProcessor(?:Fast|Pil)?|FeatureExtractor)$/.exec(className) ?? [];
  return name !== undefined && Object.hasOwn(PROCESSORS, name) ? PROCESSORS[name] : undefined;
}

/** The image processor of a kind of network, by `model_type` of its config.json. */
export function findProcessorOfModel(modelType: unknown): ImageProcessor | undefined {
  if (typeof modelType !== 'string' || !Object.hasOwn(BY_MODEL_TYPE, modelType)) return undefined;
  return PROCESSORS[BY_MODEL_TYPE[modelType]];
}

/** What a file does that names no class: what it says itself, and nothing else. */
export const NO_CLASS: ImageProcessor = { rule: 'plain', isNumberSquare: true, defaults: {} };

/** Keys that change nothing of how one picture becomes numbers. */
export const HARMLESS_KEYS: ReadonlySet<string> = new Set([
  ...['image_processor_type', 'feature_extractor_type', 'processor_class', 'auto_map', '_name_or_path'],
  ...[
    'do_convert_rgb',
    'return_tensors',
    'data_format',
    'input_data_format',
    'device',
    'transformers_version',
  ],
  ...['do_reduce_labels', 'reduce_labels', '_valid_processor_keys', 'disable_grouping', 'image_seq_length'],
]);
