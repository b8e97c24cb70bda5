import { z } from 'zod';
import { riffRequestSchema } from './request.ts';

/** Everything needed to make the same riff again, as the PNG, the WAV and the Ogg carry it; those of 0.1 too. */
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
