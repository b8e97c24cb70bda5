import { locateLibraries } from '../../../src/openvino/locate.mjs';
import { standInAddon } from './addon.ts';
import { crashAtExitWhenMixed } from './mixed-builds.ts';

const [library] = locateLibraries(process.env).usable;
if (library === undefined) throw new Error('the stand-in for openvino-node needs OpenVINO’s C library');

export const addon = standInAddon(library.path);
crashAtExitWhenMixed();
