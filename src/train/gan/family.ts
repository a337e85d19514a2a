import type { Family } from '../adversarial/trainer.js';
import { facts, type GanSettings } from './settings.js';
import { GanTrainer } from './trainer.js';

/** The trainer of 2014. */
export const family: Family<GanSettings> = {
  ...facts,
  create: (settings, form, seed) => new GanTrainer(settings, form, seed),
};
