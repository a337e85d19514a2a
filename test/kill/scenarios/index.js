import { networks } from './networks.js';
import { scores } from './scores.js';
import { trainings } from './trainings.js';
import { watches } from './watches.js';

/** @type {import('../prove.js').Scenario[]} */
export const SCENARIOS = [...scores, ...trainings, ...networks, ...watches];
