import { mkdirSync, mkdtempSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** A root folder with these files; a text that begins with "-> " is a link. */
export function fakeSystem(files: Readonly<Record<string, string>>): string {
  const root = mkdtempSync(join(tmpdir(), 'ganeval-system-'));
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    if (content.startsWith('-> ')) symlinkSync(content.slice(3), join(root, path));
    else writeFileSync(join(root, path), content);
  }
  return root;
}

/** What NVIDIA's driver for Linux says, with one GPU for each model. */
export function nvidiaFiles(...models: readonly string[]): Record<string, string> {
  return {
    'proc/driver/nvidia/version':
      'NVRM version: NVIDIA UNIX Open Kernel Module for x86_64  580.159.04  Release Build  (dvs-builder@U22)  Tue Sep  2 2025\nGCC version:  gcc version 12.3.0 (Ubuntu 12.3.0-1ubuntu1~22.04)\n',
    ...Object.fromEntries(
      models.map((model, i) => [
        `proc/driver/nvidia/gpus/0000:0${i}:00.0/information`,
        `Model: \t\t ${model}\nIRQ:   \t\t 119\nGPU UUID: \t GPU-0\nVideo BIOS: \t 96.00.d9\nBus Type: \t PCIe\nBus Location: \t 0000:0${i}:00.0\n`,
      ]),
    ),
  };
}

/** A device on the PCI bus, as the kernel shows it. */
export function pciFiles(
  at: string,
  { kind = '0x030000', vendor, device, driver }: Readonly<Record<string, string>>,
): Record<string, string> {
  const folder = `sys/bus/pci/devices/${at}`;
  return {
    [`${folder}/class`]: `${kind}\n`,
    [`${folder}/vendor`]: `${vendor}\n`,
    [`${folder}/device`]: `${device}\n`,
    ...(driver !== undefined && { [`${folder}/driver`]: `-> ../../../../bus/pci/drivers/${driver}` }),
  };
}
