/* Uses the YIN parameters as far as its header knows them, in memory of exactly that size. */

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include <auralis_dsp.h>

enum { SAMPLES = 8192, FRAMES = 1 + SAMPLES / 512 };

int main(void) {
  static double audio[SAMPLES], with_struct[FRAMES], with_defaults[FRAMES];
  auralis_yin_params *params = (auralis_yin_params *)malloc(sizeof *params);
  size_t n_frames = 0, i;
  if (!params) return 2;
  for (i = 0; i < SAMPLES; i++) audio[i] = sin(0.0626 * (double)i);
  if (auralis_yin_params_init(params, sizeof *params)) return 3;
  if (auralis_yin_frames(SAMPLES, params, &n_frames) || n_frames != FRAMES) return 4;
  if (auralis_yin(audio, SAMPLES, 44100, params, with_struct, FRAMES)) return 5;
  if (auralis_yin(audio, SAMPLES, 44100, NULL, with_defaults, FRAMES)) return 6;
  for (i = 0; i < FRAMES; i++) {
    if (with_struct[i] != with_defaults[i]) return 7;
  }
  if (fabs(with_struct[8] - 439.37) > 0.5) return 8;
  printf("struct_size %lu\n", (unsigned long)params->struct_size);
  free(params);
  return 0;
}
