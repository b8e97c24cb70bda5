"""Times inferences of a U-Net with Python's OpenVINO, as JSON lines: {"msPerStep", "version", "threads"}.

    python unet_steps.py '{"unetXml": …, "device": "CPU", "shapes": {"sample": [2, 16, 32, 32]}, "properties": {},
                           "calls": 1}'

Each line on stdin asks for one step, which is `calls` inferences, and is answered by one line. Inputs are normal noise
from a fixed seed, made once. `npm run bench` asks, in turns with its own calls.
"""

import json
import sys
import time
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    import openvino as ov


def compile_model(spec: dict[str, Any]) -> 'ov.CompiledModel':
    import openvino as ov

    core = ov.Core()
    model = core.read_model(spec['unetXml'])
    model.reshape({name: ov.PartialShape(shape) for name, shape in spec['shapes'].items()})
    return core.compile_model(model, spec['device'], spec['properties'])


def fill_with_noise(data: np.ndarray, generator: np.random.Generator) -> None:
    """Fills the tensor in place; a timestep may be a scalar, which `data[:]` cannot address."""
    data[...] = np.asarray(generator.standard_normal(data.shape)).astype(data.dtype)


def main() -> None:
    import openvino as ov

    spec = json.loads(sys.argv[1])
    compiled = compile_model(spec)
    request = compiled.create_infer_request()
    generator = np.random.default_rng(0)
    for port in compiled.inputs:
        fill_with_noise(request.get_tensor(port).data, generator)
    request.infer()
    threads = str(compiled.get_property('INFERENCE_NUM_THREADS'))
    for _ in sys.stdin:
        start = time.perf_counter()
        for _ in range(spec['calls']):
            request.infer()
        took = (time.perf_counter() - start) * 1000
        answer = {'msPerStep': took, 'version': ov.__version__.split('-')[0], 'threads': threads}
        print(json.dumps(answer), flush=True)


if __name__ == '__main__':
    main()
