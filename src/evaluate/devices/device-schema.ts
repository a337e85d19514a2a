import { z } from 'zod';
import { DEVICE_CHOICES } from '../../devices/device-choices.js';

const error = `Invalid option: expected one of ${DEVICE_CHOICES.map((choice) => `"${choice}"`).join('|')}`;
const GPU = /:(?:0|[1-9]\d{0,2})$/;
const numbered = <Provider extends 'cuda' | 'dml'>(provider: Provider) =>
  z.templateLiteral([provider, ':', z.int()]).refine((device) => GPU.test(device), { error });

/** What `--device` takes; and with the number of a GPU, as options are once they are resolved: `cuda:1`. */
export const deviceSchema = z
  .union([z.enum(DEVICE_CHOICES), numbered('cuda'), numbered('dml')], { error })
  .meta({ enum: DEVICE_CHOICES });
