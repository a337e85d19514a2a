import type { HostileCase } from '../hostile-case.js';
import { arrays } from './arrays.js';
import { checkpoints } from './checkpoints.js';
import { conditions } from './conditions.js';
import { documents } from './documents.js';
import { featureFiles } from './feature-files.js';
import { folders } from './folders.js';
import { generators } from './generators.js';
import { huggingFaceFolders } from './hugging-face/folders.js';
import { jpegs } from './jpeg.js';
import { networks } from './networks.js';
import { officialFiles } from './official-files.js';
import { otherInputs } from './other-inputs.js';
import { otherPictures } from './other-pictures.js';
import { parquets } from './parquet.js';
import { pickledStatistics } from './pickled-statistics.js';
import { png } from './png.js';
import { providerPackages } from './provider-packages.js';
import { simplePictures } from './simple-pictures.js';
import { tables } from './tables.js';
import { tars } from './tar.js';
import { tiffs } from './tiff.js';
import { weightFiles } from './weights.js';
import { zip } from './zip.js';

/** Every hostile input, in the order of the table. */
export const CORPUS: readonly HostileCase[] = [
  ...png,
  ...jpegs,
  ...otherPictures,
  ...tiffs,
  ...simplePictures,
  ...zip,
  ...tars,
  ...arrays,
  ...featureFiles,
  ...parquets,
  ...officialFiles,
  ...tables,
  ...conditions,
  ...folders,
  ...otherInputs,
  ...networks,
  ...generators,
  ...huggingFaceFolders,
  ...pickledStatistics,
  ...documents,
  ...checkpoints,
  ...weightFiles,
  ...providerPackages,
];
