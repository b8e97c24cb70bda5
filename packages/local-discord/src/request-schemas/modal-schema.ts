import { ComponentType } from 'discord-api-types/v10';
import { z } from 'zod';
import { customIdSchema } from './component-schema.ts';

export const textInputSchema = z.looseObject({
  type: z.literal(ComponentType.TextInput),
  custom_id: customIdSchema,
  /** 1 one line, 2 several. */
  style: z.number().int().min(1).max(2),
  label: z.string().max(45).nullish(),
  min_length: z.number().int().min(0).max(4000).nullish(),
  max_length: z.number().int().min(1).max(4000).nullish(),
  required: z.boolean().nullish(),
  value: z.string().max(4000).nullish(),
  placeholder: z.string().max(100).nullish(),
});

export type TextInput = z.infer<typeof textInputSchema>;

const rowSchema = z.looseObject({
  type: z.literal(ComponentType.ActionRow),
  components: z.array(textInputSchema).length(1),
});

const labelSchema = z.looseObject({
  type: z.literal(ComponentType.Label),
  label: z.string().min(1).max(45),
  description: z.string().max(100).nullish(),
  component: textInputSchema,
});

export const modalSchema = z.looseObject({
  custom_id: customIdSchema,
  title: z.string().min(1).max(45),
  components: z
    .array(z.discriminatedUnion('type', [rowSchema, labelSchema]))
    .min(1)
    .max(5),
});

/** One question of a form, whichever of Discord's two layouts carries it. */
export interface ModalField {
  readonly layout: 'row' | 'label';
  readonly label: string;
  readonly description: string;
  readonly input: TextInput;
}

export function modalFields(components: unknown): ModalField[] {
  return modalSchema.shape.components.parse(components).map((component): ModalField => {
    if (component.type === ComponentType.Label) {
      const { label, description, component: input } = component;
      return { layout: 'label', label, description: description ?? '', input };
    }
    const [input] = component.components;
    if (!input) throw new TypeError('expected a text input in the row of a modal, got none');
    return { layout: 'row', label: input.label ?? '', description: '', input };
  });
}
