"""Makes schedulers.json: timesteps, sigmas and dummy loops of diffusers' schedulers.

Run: python make_schedulers.py   (diffusers, torch; the versions are written into the file)
The dummy model is diffusers' own (tests/schedulers/test_schedulers.py): latents * t / (t + 1), on a deterministic ramp.
Timesteps must be equal, values agree to 1e-5, or 1e-5 of the largest one above 1;
diffusers computes in float32.
Every scheduler is made as a pipeline makes it: from_config of the folder's scheduler.
"""

import json
import pathlib
from typing import Any

import diffusers
import torch
from diffusers import EulerAncestralDiscreteScheduler, LCMScheduler, TCDScheduler
from schedulers import CLASSES, SCALED, SD

diffusers.utils.logging.set_verbosity_error()
#: Those that draw fresh noise on the way.
STOCHASTIC = (EulerAncestralDiscreteScheduler, LCMScheduler, TCDScheduler)
#: The default of original_inference_steps.
DISTILLED_STEPS = 50
SHAPE = (1, 2, 3, 8)


def folder_scheduler(name: str, config: dict[str, Any]) -> Any:
    cls = getattr(diffusers, name)
    if 'trained_betas' in config and config['trained_betas'] == 'ramp':
        config = dict(config, trained_betas=[0.001 + 0.00001 * i for i in range(1000)])
    return cls.from_config(config)


def make(name: str, folder: str, config: dict[str, Any]) -> Any:
    cls, extra = CLASSES[name]
    return cls.from_config(folder_scheduler(folder, config).config, **extra)


def run(scheduler: Any, steps: int, eta: float | None) -> torch.Tensor:
    generator = torch.Generator('cpu').manual_seed(11)
    count = 1
    for d in SHAPE:
        count *= d
    ramp = torch.arange(count, dtype=torch.float32).reshape(SHAPE) / count - 0.3
    scheduler.set_timesteps(steps)
    latents = ramp * scheduler.init_noise_sigma
    options: dict[str, Any] = {'generator': generator} if isinstance(scheduler, STOCHASTIC) else {}
    if eta is not None:
        options['eta'] = eta
    for t in scheduler.timesteps:
        model_input = scheduler.scale_model_input(latents, t)
        latents = scheduler.step(model_input * (t / (t + 1)), t, latents, **options).prev_sample
    return latents


def case(name: str, folder: str, config: dict[str, Any], steps: int) -> dict[str, Any]:
    scheduler = make(name, folder, config)
    # An argument of TCDScheduler.step, which Riff reads from the folder.
    latents = run(scheduler, steps, config.get('eta'))
    assert torch.isfinite(latents).all(), (name, folder, config, steps)
    return {
        'scheduler': name,
        'folder': folder,
        'config': config,
        'steps': steps,
        'timesteps': scheduler.timesteps.tolist(),
        'initNoiseSigma': float(scheduler.init_noise_sigma),
        'latents': [float(f'{v:.8g}') for v in latents.flatten().tolist()],
    }


def timestep_sums(name: str, spacing: str) -> list[Any]:
    """Weighted sums of the timesteps for 1 to 100 steps."""
    rows = []
    for steps in range(1, (DISTILLED_STEPS if name in ('lcm', 'tcd') else 100) + 1):
        scheduler = make(name, 'PNDMScheduler', dict(SD, timestep_spacing=spacing))
        scheduler.set_timesteps(steps)
        rows.append(round(sum(float(t) * (i + 1) for i, t in enumerate(scheduler.timesteps.tolist())), 3))
    return rows


def main() -> None:
    cases = []
    for prediction in ('epsilon', 'v_prediction'):
        for name in CLASSES:
            for steps in (1, 2, 5, 20):
                cases.append(case(name, 'PNDMScheduler', dict(SD, prediction_type=prediction), steps))
    own = {
        'pndm': [
            dict(SD, timestep_spacing='trailing'),
            dict(SD, timestep_spacing='linspace', set_alpha_to_one=True),
            {'skip_prk_steps': True, 'steps_offset': 1},
        ],
        'ddim': [
            dict(SD, timestep_spacing='trailing', rescale_betas_zero_snr=True, prediction_type='v_prediction'),
            dict(SCALED, steps_offset=1, timestep_spacing='linspace'),
            {'steps_offset': 1, 'beta_schedule': 'squaredcos_cap_v2'},
            {'steps_offset': 1, 'trained_betas': 'ramp'},
        ],
        'euler': [
            dict(SD, timestep_spacing='leading'),
            dict(SD, timestep_spacing='trailing', prediction_type='v_prediction', rescale_betas_zero_snr=True),
            dict(SD, use_karras_sigmas=True),
            dict(SD, final_sigmas_type='sigma_min'),
        ],
        'euler_a': [
            dict(SD, timestep_spacing='leading'),
            dict(SD, timestep_spacing='trailing', prediction_type='v_prediction', rescale_betas_zero_snr=True),
        ],
        'dpmpp_2m': [
            dict(SD, timestep_spacing='leading'),
            dict(SD, timestep_spacing='trailing', prediction_type='v_prediction'),
            dict(SD, solver_order=3),
            dict(SD, solver_order=1),
            dict(SD, solver_type='heun'),
            dict(SD, final_sigmas_type='sigma_min'),
            dict(SD, final_sigmas_type='sigma_min', euler_at_final=True),
            dict(SD, final_sigmas_type='sigma_min', lower_order_final=False),
            dict(SD, use_karras_sigmas=True, prediction_type='v_prediction'),
            dict(SD, timestep_spacing='trailing', rescale_betas_zero_snr=True, prediction_type='v_prediction'),
            {'beta_schedule': 'squaredcos_cap_v2', 'lambda_min_clipped': -5.1, 'steps_offset': 1},
        ],
        'dpmpp_2m_karras': [
            dict(SD, solver_order=3, prediction_type='v_prediction'),
            dict(SD, final_sigmas_type='sigma_min'),
        ],
        'unipc': [
            dict(SD, timestep_spacing='leading'),
            dict(SD, timestep_spacing='trailing', prediction_type='v_prediction'),
            dict(SD, solver_type='bh1', final_sigmas_type='sigma_min'),
            dict(SD, solver_order=3),
            dict(SD, solver_order=1),
            dict(SD, lower_order_final=False, final_sigmas_type='sigma_min'),
            dict(SD, use_karras_sigmas=True),
            dict(SD, use_karras_sigmas=True, final_sigmas_type='sigma_min', predict_x0=True),
            dict(SD, disable_corrector=[0, 1]),
        ],
    }
    few = {
        'lcm': [
            SD,
            dict(SD, prediction_type='v_prediction', rescale_betas_zero_snr=True),
            dict(SD, original_inference_steps=100, timestep_scaling=4.0),
        ],
        'tcd': [
            SD,
            dict(SD, eta=0.0),
            dict(SD, eta=1.0, prediction_type='v_prediction', rescale_betas_zero_snr=True),
            dict(SD, original_inference_steps=32, eta=0.5),
        ],
        'ddim': [dict(SD, timestep_spacing='trailing')],
        'euler': [dict(SD, timestep_spacing='trailing')],
    }
    classes = {k: v[0].__name__ for k, v in CLASSES.items()}
    for name, configs in own.items():
        for config in configs:
            for steps in (4, 17):
                cases.append(case(name, classes[name], dict(config.items()), steps))
    for name, configs in few.items():
        for config in configs:
            for steps in (1, 2, 4, 8):
                cases.append(case(name, classes[name], config, steps))
    golden = {
        'versions': {'diffusers': diffusers.__version__, 'torch': torch.__version__},
        'tolerance': 1e-5,
        'shape': SHAPE,
        'noiseSeed': 11,
        'cases': cases,
        'timestepSums': {
            f'{name}/{spacing}': timestep_sums(name, spacing)
            for name in CLASSES
            for spacing in ('leading', 'linspace', 'trailing')
        },
    }
    (pathlib.Path(__file__).parent / 'schedulers.json').write_text(json.dumps(golden, separators=(',', ':')) + '\n')


main()
