import { ROWS_2017 } from './auxiliary-classifier.js';
import { ROWS_2014 } from './generative-adversarial-nets.js';
import { ROWS_2016 } from './improved-techniques.js';

/** Every row of the ledger. */
export const ROWS = [...ROWS_2014, ...ROWS_2016, ...ROWS_2017];
