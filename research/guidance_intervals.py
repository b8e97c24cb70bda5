"""Measures guidance in a part of the steps on a model folder.

    python research/guidance_intervals.py FOLDER [--steps 20] [--prompts FILE] [--pictures FOLDER]

above-S, below-S  the uncond prediction counts only at noise levels σ above or below S; elsewhere the prompt runs alone
                  (Kynkäänniemi et al., 2024, 2404.07724)
kept-N            the uncond side runs on every N-th step; between those its last difference from the cond side holds on
                  (Lv et al., 2024, 2410.19355, without weights by frequency)

Prints figures as JSON, against the exact run of the same noise. Needs the packages of the extra `convert`
(models/pyproject.toml) and pillow.
"""

import json

import numpy as np
import torch

from denoising import EXACT, Case, Model, Predict, Step, measure, parser_of, prompts_of

COND = slice(1, 2)


class GuidedUnet:
    """The U-Net in both batches."""

    def __init__(self, model: Model) -> None:
        self.model = model
        self.requests = {}
        for batch in (1, 2):
            unet = model.core.read_model(model.unet_path)
            unet.reshape(model.shapes(batch))
            self.requests[batch] = model.core.compile_model(unet, 'CPU', EXACT).create_infer_request()

    def both(self, step: Step) -> np.ndarray:
        """[2, C, h, w]: uncond, cond"""
        return self.requests[2].infer(self.model.inputs(step))[0].copy()

    def cond(self, step: Step) -> torch.Tensor:
        return torch.from_numpy(self.requests[1].infer(self.model.inputs(step, COND))[0].copy())


def exact(unet: GuidedUnet) -> Case:
    return Case('exact', lambda: lambda step: unet.model.guided(unet.both(step)), {})


def interval(unet: GuidedUnet, name: str, low: float, high: float) -> Case:
    """Guided where low < σ ≤ high."""

    def predict(step: Step) -> torch.Tensor:
        return unet.model.guided(unet.both(step)) if low < step.sigma <= high else unet.cond(step)

    return Case(f'guidance-{name}', lambda: predict, {})


def kept(unet: GuidedUnet, every: int) -> Case:
    def begin() -> Predict:
        difference = torch.zeros(())

        def predict(step: Step) -> torch.Tensor:
            nonlocal difference
            if step.index % every == 0:
                both = unet.both(step)
                difference = torch.from_numpy(both[1:] - both[:1])
                return unet.model.guided(both)
            return unet.cond(step) + (unet.model.guidance - 1) * difference

        return predict

    return Case(f'guidance-kept-{every}', begin, {})


def main() -> None:
    arguments = parser_of(__doc__).parse_args()
    model = Model(arguments.folder, arguments.steps)
    unet = GuidedUnet(model)
    cases = [
        interval(unet, 'below-5.4', 0, 5.42),
        interval(unet, 'above-0.3', 0.28, float('inf')),
        interval(unet, 'above-0.5', 0.5, float('inf')),
        kept(unet, 2),
        kept(unet, 3),
    ]
    print(json.dumps(measure(model, exact(unet), cases, prompts_of(arguments), arguments.pictures), indent=2))


if __name__ == '__main__':
    main()
