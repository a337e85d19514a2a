import { writeFileSync } from 'node:fs';
import { Header, type HeaderData, Pax } from 'tar';

/** A tar entry: its content, and fields of its header other than those of a plain file. */
export interface TarTestEntry {
  readonly name: string;
  readonly bytes?: Buffer | string;
  readonly header?: HeaderData;
}

/** The bytes of a tar archive of exactly these entries. */
export function tarFile(entries: readonly TarTestEntry[], end = 1024): Buffer {
  return Buffer.concat([...entries.flatMap(blocksOf), Buffer.alloc(end)]);
}

export function writeTar(path: string, entries: readonly TarTestEntry[]): string {
  writeFileSync(path, tarFile(entries));
  return path;
}

function blocksOf({ name, bytes = '', header }: TarTestEntry): Buffer[] {
  const content = Buffer.from(bytes);
  const data: HeaderData = { path: name, mode: 0o644, size: content.length, type: 'File', ...header };
  const block = Buffer.alloc(512);
  const needsPax = new Header(data).encode(block, 0);
  const padding = Buffer.alloc((512 - (content.length % 512)) % 512);
  return [...(needsPax ? [new Pax(data).encode()] : []), block, content, padding];
}
