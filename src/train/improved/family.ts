import type { Family } from '../adversarial/trainer.js';
import { refuseMissingLabels } from './labeled-rows.js';
import { facts, type ImprovedSettings } from './settings.js';
import { ImprovedTrainer } from './trainer.js';

export const family: Family<ImprovedSettings> = {
  ...facts,
  create: (settings, form, seed, labels) => new ImprovedTrainer(settings, form, seed, labels),
  refuseChanges: ({ labelsPerClass }, labels) => refuseMissingLabels(Number(labelsPerClass ?? 0), labels),
};
