import { createHash } from 'node:crypto';
import { widthOf } from '../../conditions/condition-form.js';
import { digestConditions, type PictureConditions } from '../../conditions/read-conditions.js';
import type { RunPictures } from '../run-pictures.js';
import { makePool, takeConditions } from './condition-pool.js';

/** Pictures with their conditions: in batches, in the form and in the digest. */
export function conditionPictures(
  pictures: RunPictures,
  conditions: PictureConditions,
  seed: number,
): RunPictures {
  const { form, values } = conditions;
  const width = widthOf(form);
  return {
    ...pictures,
    form: { ...pictures.form, conditions: form },
    digest: createHash('sha256')
      .update(`${pictures.digest} ${digestConditions(conditions)}`)
      .digest('hex'),
    pool: makePool(conditions, pictures.labels, seed),
    async read(rows) {
      return { ...(await pictures.read(rows)), conditions: takeConditions(values, width, rows) };
    },
  };
}
