import { ComponentType } from 'discord-api-types/v10';
import { z } from 'zod';
import { choiceSchema, customIdSchema, DUPLICATED_ID, MENU_SCHEMAS } from './menu-schema.ts';
import { problem } from './parse-body.ts';

/** The fields that all inputs but a single checkbox have. */
const inputShape = { custom_id: customIdSchema, required: z.boolean().nullish() };
/** How many files or checkboxes may be chosen. */
const countShape = {
  min_values: z.number().int().min(0).max(10).nullish(),
  max_values: z.number().int().min(1).max(10).nullish(),
};

const textInputSchema = z.looseObject({
  ...inputShape,
  type: z.literal(ComponentType.TextInput),
  /** 1 one line, 2 several. */
  style: z.number().int().min(1).max(2),
  label: z.string().max(45).nullish(),
  min_length: z.number().int().min(0).max(4000).nullish(),
  max_length: z.number().int().min(1).max(4000).nullish(),
  value: z.string().max(4000).nullish(),
  placeholder: z.string().max(100).nullish(),
});

const fileUploadSchema = z.looseObject({
  ...inputShape,
  ...countShape,
  type: z.literal(ComponentType.FileUpload),
  file_types: z.array(z.string().min(1)).max(10).nullish(),
});

const radioGroupSchema = z.looseObject({
  ...inputShape,
  type: z.literal(ComponentType.RadioGroup),
  options: z.array(choiceSchema).min(2).max(10),
});

const checkboxGroupSchema = z.looseObject({
  ...inputShape,
  ...countShape,
  type: z.literal(ComponentType.CheckboxGroup),
  options: z.array(choiceSchema).min(1).max(10),
});

const checkboxSchema = z.looseObject({
  type: z.literal(ComponentType.Checkbox),
  custom_id: customIdSchema,
  default: z.boolean().nullish(),
});

const inputSchema = z.discriminatedUnion('type', [
  textInputSchema,
  fileUploadSchema,
  radioGroupSchema,
  checkboxGroupSchema,
  checkboxSchema,
  ...MENU_SCHEMAS,
]);

export type ModalInput = z.infer<typeof inputSchema>;

const rowSchema = z.looseObject({
  type: z.literal(ComponentType.ActionRow),
  components: z.array(textInputSchema).length(1),
});

const labelSchema = z.looseObject({
  type: z.literal(ComponentType.Label),
  label: z.string().min(1).max(45),
  description: z.string().max(100).nullish(),
  component: inputSchema,
});

const noteSchema = z.looseObject({
  type: z.literal(ComponentType.TextDisplay),
  content: z.string().min(1).max(4000),
});

const partSchema = z.discriminatedUnion('type', [rowSchema, labelSchema, noteSchema]);

export const modalSchema = z.looseObject({
  custom_id: customIdSchema,
  title: z.string().min(1).max(45),
  components: z
    .array(partSchema)
    .min(1)
    .max(5)
    .superRefine((parts, context) => {
      const ids = parts.map(customIdOf);
      ids.forEach((id, at) => {
        if (id !== null && ids.indexOf(id) < at) context.addIssue(problem([at], ...DUPLICATED_ID));
      });
    }),
});

function customIdOf(part: z.infer<typeof partSchema>): string | null {
  if (part.type === ComponentType.TextDisplay) return null;
  return (part.type === ComponentType.Label ? part.component : part.components[0])?.custom_id ?? null;
}

/** One part of a form: a question in one of Discord's two layouts, or a text. */
export type ModalPart =
  | {
      readonly layout: 'row' | 'label';
      readonly label: string;
      readonly description: string;
      readonly input: ModalInput;
    }
  | { readonly layout: 'note'; readonly content: string };

/** The parts of a form as a bot sent it. */
export function modalParts({ components }: z.infer<typeof modalSchema>): ModalPart[] {
  return components.map((component): ModalPart => {
    if (component.type === ComponentType.TextDisplay) return { layout: 'note', content: component.content };
    if (component.type === ComponentType.Label) {
      const { label, description, component: input } = component;
      return { layout: 'label', label, description: description ?? '', input };
    }
    const [input] = component.components;
    if (!input) throw new TypeError('expected a text input in the row of a modal, got none');
    return { layout: 'row', label: input.label ?? '', description: '', input };
  });
}
