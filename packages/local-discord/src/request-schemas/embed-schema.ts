import { z } from 'zod';
import type { JsonObject } from '../json.ts';
import { givenFields } from './parse-body.ts';

/** The limit for all texts of all embeds of a message together. Source: resources/message, embed limits. */
const EMBED_TEXT_LIMIT = 6000;
const MAX_COLOR = 0xffffff;

const linkSchema = z
  .string()
  .max(2048)
  .refine((url) => /^(https?|attachment):\/\//.test(url), {
    message: 'Not a well formed URL. Scheme must be one of (http, https).',
    params: { code: 'URL_TYPE_INVALID_SCHEME' },
  });
const imageSchema = z.looseObject({ url: linkSchema });

const embedSchema = z.looseObject({
  title: z.string().max(256).nullish(),
  description: z.string().max(4096).nullish(),
  url: linkSchema.nullish(),
  color: z.number().int().min(0).max(MAX_COLOR).nullish(),
  timestamp: z.string().nullish(),
  footer: z.looseObject({ text: z.string().max(2048).nullish() }).nullish(),
  author: z.looseObject({ name: z.string().min(1).max(256) }).nullish(),
  image: imageSchema.nullish(),
  thumbnail: imageSchema.nullish(),
  fields: z
    .array(
      z.looseObject({
        name: z.string().min(1).max(256),
        value: z.string().min(1).max(1024),
        inline: z.boolean().nullish(),
      }),
    )
    .max(25)
    .nullish(),
});

export type EmbedBody = z.infer<typeof embedSchema>;

export const embedsSchema = z
  .array(embedSchema)
  .max(10)
  .refine((embeds) => textLength(embeds) <= EMBED_TEXT_LIMIT, {
    message: `Embed size exceeds maximum size of ${EMBED_TEXT_LIMIT}`,
    params: { code: 'MAX_EMBED_SIZE_EXCEEDED' },
  });

function textLength(embeds: readonly EmbedBody[]): number {
  return embeds
    .flatMap((embed) => [
      embed.title,
      embed.description,
      embed.footer?.text,
      embed.author?.name,
      ...(embed.fields ?? []).flatMap((field) => [field.name, field.value]),
    ])
    .reduce((sum, text) => sum + (text?.length ?? 0), 0);
}

/** An embed as Discord stores it: type rich, no empty keys, every field with `inline`. */
export function storedEmbed(embed: EmbedBody): JsonObject {
  const fields = embed.fields?.map((field) => ({ ...field, inline: field.inline ?? false }));
  return { ...givenFields(embed), ...(fields ? { fields } : {}), type: 'rich' };
}
