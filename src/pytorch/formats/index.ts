import type { WeightFormat } from '../weight-format.js';
import { SAFETENSORS } from './safetensors.js';
import { TORCH_LEGACY } from './torch-legacy.js';
import { TORCH_ZIP } from './torch-zip.js';

/** The formats that are read. The first that matches a file's beginning reads it; a new one is a file beside these and a line here. */
export const FORMATS: readonly WeightFormat[] = [TORCH_ZIP, TORCH_LEGACY, SAFETENSORS];
