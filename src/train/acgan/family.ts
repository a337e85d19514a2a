import type { Family } from '../adversarial/trainer.js';
import { type AcganSettings, facts } from './settings.js';
import { AcganTrainer } from './trainer.js';

export const family: Family<AcganSettings> = {
  ...facts,
  create: (settings, form, seed) => new AcganTrainer(settings, form, seed),
};
