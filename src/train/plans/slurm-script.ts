import { resolve } from 'node:path';
import { shellQuote } from '../../escape/shell-quote.js';

/**
 * A job script that trains each group of a plan as a task of a job array.
 *
 * @param folder of the plan
 */
export function slurmScript(folder: string, groups: number): string {
  return `#!/bin/bash
# Trains one group of classes for each task of a job array, which is as long as the plan has groups. From the folder of the plan:
#
#   sbatch train-groups.sbatch
#   sbatch --array=3 train-groups.sbatch                # one group alone
#
# Arguments are options of "ganeval train acgan --plan-group", such as --device cuda. A task that was stopped continues from its last
# checkpoint, when Slurm requeues it or when you submit its number again. A group that fails leaves the others alone.
#
#SBATCH --job-name=ganeval-groups
#SBATCH --output=%x-%A_%a.log
#SBATCH --array=1-${groups}
#SBATCH --requeue
#SBATCH --open-mode=append
set -euo pipefail

plan=\${PLAN:-${shellQuote(resolve(folder))}}
export GANEVAL_THREADS=\${GANEVAL_THREADS:-$SLURM_CPUS_ON_NODE}
exec ganeval train acgan --plan-group "$SLURM_ARRAY_TASK_ID" -o "$plan" "$@"
`;
}
