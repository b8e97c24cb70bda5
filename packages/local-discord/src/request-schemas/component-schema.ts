import { ButtonStyle, ComponentType } from 'discord-api-types/v10';
import { z } from 'zod';
import type { JsonObject } from '../json.ts';

export const customIdSchema = z.string().min(1).max(100);

const buttonSchema = z
  .looseObject({
    type: z.literal(ComponentType.Button),
    style: z.number().int().min(ButtonStyle.Primary).max(ButtonStyle.Link),
    custom_id: customIdSchema.optional(),
    label: z.string().max(80).optional(),
    emoji: z.looseObject({}).optional(),
    url: z.string().max(512).optional(),
    disabled: z.boolean().optional(),
  })
  .superRefine((button, context) => {
    if (!button.label && !button.emoji) {
      context.addIssue(
        problem(['label'], 'BUTTON_COMPONENT_INVALID_LABEL', 'A label or an emoji is required'),
      );
    }
    if (button.style === ButtonStyle.Link && (!button.url || button.custom_id)) {
      context.addIssue(
        problem(['url'], 'BUTTON_COMPONENT_URL_REQUIRED', 'A url is required, and no custom id'),
      );
    }
    if (button.style !== ButtonStyle.Link && !button.custom_id) {
      context.addIssue(problem(['custom_id'], 'BUTTON_COMPONENT_CUSTOM_ID_REQUIRED', 'A custom id required'));
    }
  });

const selectSchema = z.looseObject({
  type: z.literal(ComponentType.StringSelect),
  custom_id: customIdSchema,
  placeholder: z.string().max(150).optional(),
  min_values: z.number().int().min(0).max(25).optional(),
  max_values: z.number().int().min(1).max(25).optional(),
  disabled: z.boolean().optional(),
  options: z
    .array(
      z.looseObject({
        label: z.string().min(1).max(100),
        value: z.string().min(1).max(100),
        description: z.string().max(100).optional(),
        default: z.boolean().optional(),
      }),
    )
    .min(1)
    .max(25),
});

const rowSchema = z.looseObject({
  type: z.literal(ComponentType.ActionRow, { error: 'Value of field "type" must be one of (1,).' }),
  components: z
    .array(z.union([buttonSchema, selectSchema]))
    .min(1)
    .max(5),
});

export type ButtonBody = z.infer<typeof buttonSchema>;
export type SelectBody = z.infer<typeof selectSchema>;

export const rowsSchema = z
  .array(rowSchema)
  .max(5)
  .superRefine((rows, context) => {
    const seen = new Set<string>();
    rows.forEach((row, rowIndex) => {
      row.components.forEach((component, index) => {
        const id = component.custom_id;
        if (id === undefined) return;
        if (seen.has(id)) {
          const path = [rowIndex, 'components', index, 'custom_id'];
          context.addIssue(
            problem(path, 'COMPONENT_CUSTOM_ID_DUPLICATED', 'Component custom id cannot be duplicated'),
          );
        }
        seen.add(id);
      });
    });
  });

/** Rows as Discord stores them: every component numbered, defaults filled in. */
export function storedRows(rows: z.infer<typeof rowsSchema>): JsonObject[] {
  let nextId = 1;
  return rows.map((row) => ({
    type: row.type,
    id: nextId++,
    components: row.components.map((component) => ({ ...storedComponent(component), id: nextId++ })),
  }));
}

function storedComponent(component: ButtonBody | SelectBody): JsonObject {
  const plain = JSON.parse(JSON.stringify(component)) as JsonObject;
  return component.type === ComponentType.StringSelect ? { min_values: 1, max_values: 1, ...plain } : plain;
}

function problem(path: PropertyKey[], code: string, message: string): z.core.$ZodSuperRefineIssue {
  return { code: 'custom', path, message, params: { code }, input: undefined };
}
