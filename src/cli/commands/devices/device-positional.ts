import type { PositionalOptions } from 'yargs';

/** Devices whose libraries can be added. */
export const DEVICE_POSITIONAL: Readonly<Record<'device', PositionalOptions>> = {
  device: { type: 'string', choices: ['cuda'], describe: 'The device whose library is meant' },
};
