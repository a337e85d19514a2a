import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Relative distances (L2) of every device's features from the CPU's. */
export function compareFeatures(folder, section) {
  const read = (file) => {
    const bytes = readFileSync(join(folder, file));
    return new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength));
  };
  const rows = [];
  for (const file of readdirSync(folder).filter((name) => name.endsWith('.f32'))) {
    const [label, name] = file.replace(/\.f32$/, '').split('.');
    const reference = join(folder, `cpu.${name}.f32`);
    if (label === 'cpu' || !existsSync(reference)) continue;
    if (label.startsWith('tf32 ') !== (section === 'tf32')) continue;
    const [a, b] = [read(file), read(`cpu.${name}.f32`)];
    let [difference, size] = [0, 0];
    for (let i = 0; i < b.length; i++) {
      difference += (a[i] - b[i]) ** 2;
      size += b[i] ** 2;
    }
    rows.push({
      section: 'distance',
      label,
      what: name,
      value: Math.sqrt(difference / size),
      unit: 'of the CPU (L2)',
    });
  }
  return rows;
}
