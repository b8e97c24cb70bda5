import { z } from 'zod';
import { riffRequestSchema } from './request.ts';

/** Everything needed to make the same riff again, as it is embedded in PNG, WAV and Ogg files since version 0.1. */
export const recipeSchema = z
  .strictObject({
    ...riffRequestSchema.shape,
    model: z.string(),
    modelVersion: z.string(),
    device: z.string(),
    generator: z.string(),
  })
  .readonly();
export type Recipe = z.infer<typeof recipeSchema>;
