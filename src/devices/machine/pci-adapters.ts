import { readlink } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { listNames, readText } from './kernel-files.js';

/** Makers of GPUs that have a Vulkan driver; a server's management controller shows a picture too, and computes nothing. */
const MAKERS: Readonly<Record<string, string>> = { '0x10de': 'NVIDIA', '0x1002': 'AMD', '0x8086': 'Intel' };
/** Devices of a large server are some hundreds. */
const MAX_DEVICES = 4096;

/** A GPU on the PCI bus. */
export interface PciAdapter {
  readonly maker: string;
  /** The two numbers by which lists of PCI devices know it, as 10de:2335. */
  readonly id: string;
  /** Of the kernel; undefined where none is bound to it. */
  readonly driver?: string;
}

/**
 * Lists the GPUs on the PCI bus of a Linux system, in its order.
 *
 * @param root of the file system; tests have one of their own
 */
export async function listPciAdapters(root = '/'): Promise<PciAdapter[]> {
  const bus = join(root, 'sys/bus/pci/devices');
  const names = (await listNames(bus)).slice(0, MAX_DEVICES);
  const found = await Promise.all(names.map((name) => readAdapter(join(bus, name))));
  return found.filter((adapter) => adapter !== undefined);
}

async function readAdapter(folder: string): Promise<PciAdapter | undefined> {
  const read = async (name: string) => (await readText(join(folder, name))).trim();
  // Display controllers.
  if (!(await read('class')).startsWith('0x03')) return undefined;
  const vendor = await read('vendor');
  const maker = MAKERS[vendor];
  if (maker === undefined) return undefined;
  const driver = await readlink(join(folder, 'driver')).then(
    (target) => basename(target),
    () => undefined,
  );
  const id = `${vendor}:${await read('device')}`.replaceAll('0x', '');
  return { maker, id, ...(driver !== undefined && { driver }) };
}
