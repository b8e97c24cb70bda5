import { ButtonStyle, ComponentType } from 'discord-api-types/v10';
import { z } from 'zod';
import type { JsonObject } from '../json.ts';
import { customIdSchema, DUPLICATED_ID, MENU_SCHEMAS } from './menu-schema.ts';
import { givenFields, problem } from './parse-body.ts';

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

const componentSchema = z.discriminatedUnion('type', [buttonSchema, ...MENU_SCHEMAS], {
  error: 'Value of field "type" must be one of (2, 3, 5, 6, 7, 8).',
});

const rowSchema = z
  .looseObject({
    type: z.literal(ComponentType.ActionRow, { error: 'Value of field "type" must be one of (1,).' }),
    components: z.array(componentSchema).min(1).max(5),
  })
  .superRefine(({ components }, context) => {
    // A menu takes the whole row.
    const menu = components.findIndex(({ type }) => type !== ComponentType.Button);
    if (menu < 0 || components.length === 1) return;
    const message = 'The specified component exceeds the maximum width';
    context.addIssue(problem(['components', Math.max(menu, 1)], 'COMPONENT_LAYOUT_WIDTH_EXCEEDED', message));
  });

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
          context.addIssue(problem(path, ...DUPLICATED_ID));
        }
        seen.add(id);
      });
    });
  });

/** Rows as Discord stores them: every component with an id, defaults filled in. */
export function storedRows(rows: z.infer<typeof rowsSchema>): JsonObject[] {
  let nextId = 1;
  return rows.map((row) => ({
    type: row.type,
    id: nextId++,
    components: row.components.map((component) => ({ ...storedComponent(component), id: nextId++ })),
  }));
}

function storedComponent(component: z.infer<typeof componentSchema>): JsonObject {
  const plain = givenFields(component);
  return component.type === ComponentType.Button ? plain : { min_values: 1, max_values: 1, ...plain };
}
