import type { NetworkCard } from '../cards/card.js';

type Profiles = NetworkCard['input']['profiles'];

/**
 * FDr's code hands floating-point tensors to `F.interpolate`. (Its sizes are its own: it gives DINOv2 and CLIP 256 pixels where ganeval's
 * networks take 224, and reads ConvNeXt V2 before its last norm.)
 */
export const FDR_FEEDING = { resize: 'torch-bicubic-antialias' } as const;
const FDR = { fdr: FDR_FEEDING } as const satisfies Profiles;

/** dgm-eval at commit 74c79f7527fb, and clean-fid's resizing, which is its `--clean_resize`. */
const DGM_EVAL = {
  'dgm-eval': { resize: 'pil-bicubic-uint8' },
  'clean-fid': { resize: 'pil-bicubic' },
} as const satisfies Profiles;

/**
 * How tools of the field feed networks whose cards say how torch-fidelity does, or their publisher.
 *
 * - DINOv2 and MAE: dgm-eval stretches both. Without `--clean_resize` its MAE fails, since it lacks an import; the resizing of its DINOv2 is
 *   taken for it.
 * - CLIP: dgm-eval resizes the shorter side and cuts out the middle as torchvision does (its own weights are OpenCLIP's); CMMD cuts out the
 *   middle square first.
 */
export const TOOL_FEEDINGS = {
  dinov2: { 'torch-fidelity': {}, ...DGM_EVAL, ...FDR },
  mae: { ...DGM_EVAL, ...FDR },
  clip: {
    'torch-fidelity': {},
    'dgm-eval': { resize: 'pil-bicubic-uint8', fit: 'shorter-side', middle: 'half-even' },
    cmmd: { resize: 'pil-bicubic-uint8', fit: 'square-first' },
    ...FDR,
  },
  siglip: FDR,
  convNextV2: FDR,
} satisfies Record<string, Profiles>;
