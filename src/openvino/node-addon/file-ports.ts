/** A port as the model file describes it. */
export interface FilePort {
  /** Tensor names; empty if the file gives none. */
  readonly names: readonly string[];
  /** Element type of an input as the file names it, "f32"; undefined for outputs. */
  readonly elementType: string | undefined;
}

interface Layer {
  readonly id: string;
  readonly type: string;
  readonly body: string;
}

/** Ports of an IR file in file order, which is OpenVINO's order. A file that is not an IR has none. */
export function readFilePorts(xml: string): {
  readonly inputs: readonly FilePort[];
  readonly outputs: readonly FilePort[];
} {
  const layers = topLayers(xml);
  const byId = new Map(layers.map((layer) => [layer.id, layer]));
  const sources = new Map(
    [...topEdges(xml).matchAll(/<edge\b[^>]*>/g)].map(([edge]) => [
      attribute(edge, 'to-layer'),
      { layer: attribute(edge, 'from-layer') ?? '', port: attribute(edge, 'from-port') ?? '' },
    ]),
  );
  const ofType = (type: string) => layers.filter((layer) => layer.type === type);
  return {
    inputs: ofType('Parameter').map(({ body }) => ({
      names: namesIn(body, '[^"]*'),
      elementType: attribute(body, 'element_type'),
    })),
    outputs: ofType('Result').map(({ id }) => {
      const source = sources.get(id);
      const body = byId.get(source?.layer ?? '')?.body ?? '';
      return { names: namesIn(body, source?.port ?? ''), elementType: undefined };
    }),
  };
}

/** Skips layers of nested graphs (loops, branches): they are not ports of the model. */
function topLayers(xml: string): Layer[] {
  const layers: Layer[] = [];
  let depth = 0;
  let start = 0;
  for (const { 0: tag, index } of xml.matchAll(/<layer\b[^>]*>|<\/layer>/g)) {
    if (tag.endsWith('/>')) continue;
    if (tag !== '</layer>') {
      if (depth === 0) start = index;
      depth += 1;
      continue;
    }
    depth -= 1;
    if (depth === 0) layers.push(layerOf(xml.slice(start, index)));
  }
  return layers;
}

/** The last list of edges belongs to the model itself; earlier ones to nested graphs. */
function topEdges(xml: string): string {
  return xml.slice(Math.max(0, xml.lastIndexOf('</layers>')));
}

function layerOf(text: string): Layer {
  const head = text.slice(0, text.indexOf('>'));
  return {
    id: attribute(head, 'id') ?? '',
    type: attribute(head, 'type') ?? '',
    body: text.slice(head.length),
  };
}

/** Names are separated by commas; a comma in a name is escaped. */
function namesIn(body: string, portId: string): readonly string[] {
  const output = body.slice(Math.max(0, body.lastIndexOf('<output>')));
  const port = new RegExp(`<port\\b[^>]*\\bid="${portId}"[^>]*>`).exec(output)?.[0] ?? '';
  return (
    attribute(port, 'names')
      ?.split(/(?<!\\),/)
      .filter((name) => name !== '') ?? []
  );
}

function attribute(tag: string, name: string): string | undefined {
  return new RegExp(`\\b${name}="([^"]*)"`).exec(tag)?.[1];
}
