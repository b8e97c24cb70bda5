"""Measures DeepCache (Ma et al., 2024, arXiv 2312.00858) on a model folder, to compare it with forecast steps.

    python research/deep_cache.py FOLDER [--cases 1:2,1:3,1:5] [--steps 20] [--prompts FILE] [--pictures FOLDER]

The U-Net is split at a skip connection of its way up. "deep" is the whole network, which also tells the features that
meet the skip; "shallow" begins at those features and needs only the skips that come after. On evaluated steps deep runs
and its features are kept; between them shallow runs on the kept features. A case is skips:interval: how many skips
shallow has (1 is the shallowest cut, the paper's own) and which steps are evaluated (the first four, then every n-th,
and the last), as the engine's forecasts have it. Prints figures as JSON, against the exact run of the same noise, and
for the split itself: shallowRatio, the time of a shallow step by that of a whole one, and partsError, how far deep and
shallow together are from the whole on the same input (more than 1e-5 of the largest value is refused).
Needs the packages of the extra `convert` (models/pyproject.toml) and pillow.
"""

import json
from pathlib import Path

import numpy as np
import openvino as ov
import torch
from openvino import opset13

from denoising import EXACT, Case, Model, Predict, Step, measure, parser_of, prompts_of, timed

FEATURES = 'deep_features'
TOLERANCE = 1e-5
WARM_UP = 4  # evaluated steps at the start
TIMED_RUNS = 7


def skip_connections(model: ov.Model) -> list[ov.Node]:
    """The joins [n, C, h, w] + [n, C', h, w] → [n, C + C', h, w] in the order in which they run: a U-Net of diffusers'
    has no others.
    """
    joins = [
        op
        for op in model.get_ordered_ops()
        if op.get_type_name() == 'Concat' and op.get_output_partial_shape(0).rank.get_length() == 4
    ]
    return [op for op in joins if len(op.inputs()) == 2 and op.get_attributes()['axis'] in (1, -3)]


def split(core: ov.Core, path: Path, skips: int) -> tuple[ov.Model, ov.Model]:
    """(deep, shallow). Both keep the ports of the file; the features are one more output of deep and one more input of
    shallow.
    """
    deep, shallow = core.read_model(path), core.read_model(path)
    features = _features(deep, skips)
    features.get_tensor().add_names({FEATURES})
    deep.add_outputs([features])
    features = _features(shallow, skips)
    given = opset13.parameter(features.get_partial_shape(), features.get_element_type(), FEATURES)
    given.output(0).get_tensor().set_names({FEATURES})
    for target in features.get_target_inputs():
        target.replace_source_output(given.output(0))
    return deep, ov.Model(shallow.get_results(), [*shallow.get_parameters(), given], 'shallow')


def _features(model: ov.Model, skips: int) -> ov.Output:
    """What comes from below at the cut: diffusers joins it with the skip in this order."""
    joins = skip_connections(model)
    if not 1 <= skips <= len(joins):
        raise SystemExit(f'--cases: expected 1 to {len(joins)} skips, got {skips}: the U-Net has no more')
    return joins[-skips].input_value(0)


class SplitUnet:
    def __init__(self, model: Model, skips: int) -> None:
        deep, shallow = split(model.core, model.unet_path, skips)
        shapes = model.shapes(batch=2)
        deep.reshape(shapes)
        shallow.reshape({**shapes, FEATURES: deep.output(FEATURES).partial_shape})
        self.deep = model.core.compile_model(deep, 'CPU', EXACT).create_infer_request()
        self.shallow = model.core.compile_model(shallow, 'CPU', EXACT).create_infer_request()
        self.features: np.ndarray | None = None  # of the last evaluated step

    def evaluate(self, inputs: dict[str, np.ndarray]) -> np.ndarray:
        outputs = self.deep.infer(inputs)
        self.features = outputs[FEATURES].copy()
        return outputs[0].copy()

    def go_on(self, inputs: dict[str, np.ndarray]) -> np.ndarray:
        return self.shallow.infer({**inputs, FEATURES: self.features})[0].copy()

    def check(self, inputs: dict[str, np.ndarray]) -> dict[str, float]:
        """How exact the split is, and how much time a shallow step takes of a whole one."""
        whole = self.evaluate(inputs)
        error = float(np.abs(self.go_on(inputs) - whole).max() / np.abs(whole).max())
        if not error <= TOLERANCE:
            raise SystemExit(f'partsError: expected at most {TOLERANCE}, got {error:.1e}: the parts are not the whole')
        turns = [(timed(self.evaluate, inputs)[1], timed(self.go_on, inputs)[1]) for _ in range(TIMED_RUNS)]
        deep, shallow = np.median(np.array(turns), 0)
        return {'shallowRatio': float(shallow / deep), 'partsError': error}


def is_evaluated(step: Step, interval: int) -> bool:
    if step.index < WARM_UP or step.index == step.steps - 1:
        return True
    return (step.index - WARM_UP) % interval == interval - 1


def case_of(model: Model, unet: SplitUnet, skips: int, interval: int, figures: dict[str, float]) -> Case:
    def begin() -> Predict:
        def predict(step: Step) -> torch.Tensor:
            inputs = model.inputs(step)
            return model.guided(unet.evaluate(inputs) if is_evaluated(step, interval) else unet.go_on(inputs))

        return predict

    return Case(f'deep-cache-{interval}-skips-{skips}', begin, figures)


def main() -> None:
    parser = parser_of(__doc__)
    parser.add_argument('--cases', default='1:2,1:3,1:5', help='skips:interval, separated by commas')
    arguments = parser.parse_args()
    wanted = [tuple(int(number) for number in case.split(':')) for case in arguments.cases.split(',')]
    prompts = prompts_of(arguments)
    model = Model(arguments.folder, arguments.steps)
    unets = {skips: SplitUnet(model, skips) for skips, _ in wanted}
    first = Step(0, model.steps, 0.0, 500, model.noise(0), model.embed(prompts[0]))
    checks = {skips: unet.check(model.inputs(first)) for skips, unet in unets.items()}
    cases = [case_of(model, unets[skips], skips, interval, checks[skips]) for skips, interval in wanted]
    exact = case_of(model, unets[wanted[0][0]], wanted[0][0], 1, {})
    print(json.dumps(measure(model, exact, cases, prompts, arguments.pictures), indent=2))


if __name__ == '__main__':
    main()
