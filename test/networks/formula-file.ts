import { createWriteStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { ZipFile } from 'yazl';
import type { InceptionVariant } from '../../src/networks/architectures/inception-v3/build.js';
import { ascii, dict, pickle, tensor } from '../pytorch/pickle-bytes.js';
import { formulaTensor, stateDictShapes } from './formula-weights.js';

/** Writes the formula's weights as torch.save would: a .pth of 95 MB. */
export async function writeFormulaFile(path: string, variant: InceptionVariant): Promise<void> {
  const zip = new ZipFile();
  const tensors: Record<string, Buffer> = {};
  for (const [name, shape] of stateDictShapes(variant)) {
    const { data } = formulaTensor(name, shape);
    const key = String(Object.keys(tensors).length);
    const strides = shape.map((_, axis) =>
      shape.slice(axis + 1).reduce((product, side) => product * side, 1),
    );
    tensors[name] = tensor({ key, length: data.length, shape, strides });
    zip.addBuffer(Buffer.from(data.buffer), `net/data/${key}`, { compress: false });
  }
  zip.addBuffer(pickle(dict(tensors)), 'net/data.pkl', { compress: false });
  zip.addBuffer(ascii('3\n'), 'net/version', { compress: false });
  zip.end();
  await pipeline(zip.outputStream, createWriteStream(path));
}
