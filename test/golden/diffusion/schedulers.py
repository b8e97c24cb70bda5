"""What the scripts here share: Riff's names for diffusers' schedulers, and the settings of Stable Diffusion's."""

from diffusers import (
    DDIMScheduler,
    DPMSolverMultistepScheduler,
    EulerAncestralDiscreteScheduler,
    EulerDiscreteScheduler,
    LCMScheduler,
    PNDMScheduler,
    TCDScheduler,
    UniPCMultistepScheduler,
)

SCALED = {'beta_start': 0.00085, 'beta_end': 0.012, 'beta_schedule': 'scaled_linear'}
SD = dict(SCALED, skip_prk_steps=True, steps_offset=1, set_alpha_to_one=False, clip_sample=False)
#: Class, and what is set beside the folder's configuration.
CLASSES = {
    'pndm': (PNDMScheduler, {'skip_prk_steps': True}),
    'ddim': (DDIMScheduler, {'clip_sample': False}),
    'euler': (EulerDiscreteScheduler, {}),
    'euler_a': (EulerAncestralDiscreteScheduler, {}),
    'dpmpp_2m': (DPMSolverMultistepScheduler, {}),
    'dpmpp_2m_karras': (DPMSolverMultistepScheduler, {'use_karras_sigmas': True}),
    'unipc': (UniPCMultistepScheduler, {}),
    'lcm': (LCMScheduler, {}),
    'tcd': (TCDScheduler, {}),
}
