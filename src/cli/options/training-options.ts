import type { Options } from 'yargs';
import { BACKEND_CHOICES } from '../../train/backend/training-backend.js';

/** For commands that train or draw samples; `otherwise` is the default. */
export function backendOption(otherwise: string, group?: string): Options {
  return {
    group,
    choices: BACKEND_CHOICES,
    requiresArg: true,
    defaultDescription: otherwise,
    description: 'Backend of TensorFlow.js: ONNX Runtime, or a TensorFlow package that is installed',
  };
}

/** For commands that read a data set which is downloaded otherwise. */
export function dataDirOption(group?: string): Options {
  return {
    group,
    requiresArg: true,
    description: "Folder with the data set's official files, instead of a download",
  };
}
