"""Times one inference of a model with Python's OpenVINO, as JSON: {"msPerStep", "version", "threads"}.

    python openvino_steps.py '{"unetXml": …, "device": "CPU", "shapes": {"sample": [2, 16, 32, 32]}, "properties": {}}'

Median of 15 runs after 3 that do not count; inputs are normal noise from a fixed seed, made once.
"""

import json
import statistics
import sys
import time

import numpy as np
import openvino as ov

WARM_UP_RUNS, RUNS = 3, 15


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
    compiled = compile_model(json.loads(sys.argv[1]))
    request = compiled.create_infer_request()
    fill_inputs(request, compiled)
    took = []
    for run in range(WARM_UP_RUNS + RUNS):
        start = time.perf_counter()
        request.infer()
        if run >= WARM_UP_RUNS:
            took.append((time.perf_counter() - start) * 1000)
    threads = str(compiled.get_property("INFERENCE_NUM_THREADS"))
    print(json.dumps({"msPerStep": statistics.median(took), "version": ov.__version__, "threads": threads}))


main()
