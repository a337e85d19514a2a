import { join } from 'node:path';
import type { RunHooks } from '../../core/run-hooks.js';
import type { LineFollower } from '../line-follower.js';
import type { ScoringOptions } from '../score-set.js';
import { LOG_FILE, STATE_FOLDER } from '../state-folder.js';
import { CsvFollower } from './csv-follower.js';
import { PageFollower } from './page-follower.js';
import { SheetMaker } from './sheet-maker.js';

/** What a watch writes for people beside its log: a table and a page. */
export function reportFollowers(
  options: ScoringOptions,
  { signal, onNote }: Pick<RunHooks, 'signal' | 'onNote'>,
): LineFollower[] {
  const { folder } = options;
  const state = join(folder, STATE_FOLDER);
  return [
    new CsvFollower(state, join(state, LOG_FILE)),
    new PageFollower({ folder, state, maker: new SheetMaker(options, signal), onNote }),
  ];
}
