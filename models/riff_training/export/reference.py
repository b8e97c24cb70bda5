"""One picture with everything needed to make it again, for other implementations to compare themselves with."""

import json
from pathlib import Path

import numpy as np
from PIL import Image

from riff_training.export.model_index import VERSION
from riff_training.export.pipeline import RiffMini

PROMPT, NEGATIVE, SEED = 'jazz piano', 'vocals', 7


def write_reference(small: Path, exact: Path) -> None:
    """reference.json and reference.png from the int8 folder; prints its distance from the float32 folder."""
    pictures = []
    for folder in (small, exact):
        model = RiffMini(folder)
        settings = model.proposed([NEGATIVE])
        latents = model.latents([PROMPT], [NEGATIVE], [SEED], **settings)
        pictures.append((latents, model.decode(latents)))
    (latents, decoded), (_, exactly) = pictures
    difference = float(np.abs(decoded - exactly).mean() * 127.5)
    shown = ((decoded.mean(1) + 1) * 127.5).round().clip(0, 255).astype(np.uint8)[0]
    Image.fromarray(shown).save(small / 'reference.png', optimize=True)
    record = {
        'prompt': PROMPT,
        'negative_prompt': NEGATIVE,
        'seed': SEED,
        **settings,
        'version': VERSION,
        'noise': f'torch.randn([1, {latents.shape[1]}, 32, 32]) of the CPU generator seeded with the seed',
        'picture': 'reference.png is the mean of the three decoded planes, round((x + 1) * 127.5) clipped to 0..255',
        'made_with': 'diffusers 0.42.1, openvino 2026.4.1, INFERENCE_PRECISION_HINT f32, int8 weights',
        'latents': {
            'mean': float(latents.mean()),
            'deviation': float(latents.std()),
            'first': latents.flatten()[:16].tolist(),
        },
        'mean_difference_from_float32_of_255': difference,
    }
    (small / 'reference.json').write_text(json.dumps(record, indent=2) + '\n')
    print(f'int8 against float32: mean difference {difference:.3f} of 255')
