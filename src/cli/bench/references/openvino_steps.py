"""Times inferences of a model with Python's OpenVINO, as JSON lines: {"msPerStep", "version", "threads"}.

    python openvino_steps.py '{"unetXml": …, "device": "CPU", "shapes": {"sample": [2, 16, 32, 32]}, "properties": {}, "calls": 1}'

Each line on stdin asks for one step, which is `calls` inferences, and is answered by one line. Inputs are normal noise
from a fixed seed, made once.
"""

import json
import sys
import time

import numpy as np
import openvino as ov


def compile_model(spec):
    core = ov.Core()
    model = core.read_model(spec["unetXml"])
    model.reshape({name: ov.PartialShape(shape) for name, shape in spec["shapes"].items()})
    return core.compile_model(model, spec["device"], spec["properties"])


def fill_inputs(request, compiled):
    generator = np.random.default_rng(0)
    for port in compiled.inputs:
        noise = generator.standard_normal(port.shape)
        request.get_tensor(port).data[:] = noise.astype(port.element_type.to_dtype())


def main():
    spec = json.loads(sys.argv[1])
    compiled = compile_model(spec)
    request = compiled.create_infer_request()
    fill_inputs(request, compiled)
    request.infer()
    threads = str(compiled.get_property("INFERENCE_NUM_THREADS"))
    for _ in sys.stdin:
        start = time.perf_counter()
        for _ in range(spec["calls"]):
            request.infer()
        took = (time.perf_counter() - start) * 1000
        print(json.dumps({"msPerStep": took, "version": ov.__version__.split("-")[0], "threads": threads}), flush=True)


main()
