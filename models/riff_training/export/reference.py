"""One picture, and one of the student, with everything needed to make them again, for other implementations to compare
themselves with.
"""

from pathlib import Path
from typing import Any

import numpy as np
import torch
from PIL import Image

from riff_conversion.files import write_json
from riff_training.diffusion.vae import as_picture
from riff_training.export.model_index import FEW_STEPS, VERSION
from riff_training.export.pipeline import FEW_STEPS_SCHEDULER, RiffMini
from riff_training.settings import STUDENT

PROMPT, NEGATIVE, SEED = 'jazz piano', 'vocals', 7


def write_reference(small: Path, exact: Path) -> None:
    """reference.json and reference.png from the int8 folder, with reference_few_steps.png where it has a student;
    prints the distance from the float32 folder.
    """
    model, exactly = RiffMini(small), RiffMini(exact)
    settings = model.proposed([NEGATIVE])
    latents, difference = _draw(model, exactly, settings, small / 'reference.png')
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
    if STUDENT in model.parts:
        few = {
            'steps': FEW_STEPS['steps'],
            'guidance_scale': FEW_STEPS['negative_guidance_scale'],
            'scheduler': FEW_STEPS_SCHEDULER,
        }
        _, few_difference = _draw(model, exactly, few, small / 'reference_few_steps.png')
        record['few_steps'] = {**few, 'mean_difference_from_float32_of_255': few_difference}
    write_json(small / 'reference.json', record)
    print(f'int8 against float32: mean difference {difference:.3f} of 255')


def _draw(model: RiffMini, exactly: RiffMini, settings: dict[str, Any], file: Path) -> tuple[torch.Tensor, float]:
    """(latents, mean difference of the pictures of both models of 255); writes the first one's picture."""
    pictures = []
    for drawing in (exactly, model):
        latents = drawing.latents([PROMPT], [NEGATIVE], [SEED], **settings)
        pictures.append(drawing.decode(latents))
    Image.fromarray(as_picture(torch.from_numpy(pictures[1]))[0]).save(file, optimize=True)
    return latents, float(np.abs(pictures[1] - pictures[0]).mean() * 127.5)
