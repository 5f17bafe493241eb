/* Separates a recording into its harmonic and its percussive part.

   cc -std=c99 separate.c $(pkg-config --cflags --libs auralis_dsp) -lm -o separate
   ./separate music.wav harmonic.wav percussive.wav */

#include <math.h>

#include <auralis_dsp.h>

#include "wav.h"

/* Says what went wrong in the last call. */
static int failed(const char *what) {
  char message[256];
  auralis_last_error(message, sizeof message);
  fprintf(stderr, "separate: %s: %s\n", what, message);
  return 1;
}

static double energy(const double *x, size_t n) {
  double sum = 0;
  while (n-- > 0) sum += x[n] * x[n];
  return sum;
}

int main(int argc, char **argv) {
  wav music, harmonic, percussive;
  auralis_hpss_params params;
  double *channel, *parts[2], harmonic_energy = 0, percussive_energy = 0, largest = 0, level;
  size_t n, i;
  uint32_t c;

  if (argc != 4) {
    fprintf(stderr, "usage: separate MUSIC.wav HARMONIC.wav PERCUSSIVE.wav\n");
    return 2;
  }
  if (!wav_read(argv[1], &music)) {
    fprintf(stderr, "separate: %s is not a WAV file of 16-bit PCM\n", argv[1]);
    return 1;
  }
  n = music.frames;
  harmonic = percussive = music;
  harmonic.samples = (double *)malloc(n * music.channels * sizeof(double));
  percussive.samples = (double *)malloc(n * music.channels * sizeof(double));
  channel = (double *)malloc(3 * n * sizeof(double));
  if (!harmonic.samples || !percussive.samples || !channel) return 1;
  parts[0] = channel + n;
  parts[1] = channel + 2 * n;

  if (auralis_hpss_params_init(&params, sizeof params)) return failed("parameters");
  params.power = 2.0; /* the default, to show how a parameter is set */

  for (c = 0; c < music.channels; c++) {
    for (i = 0; i < n; i++) channel[i] = music.samples[i * music.channels + c];
    if (auralis_hpss(channel, n, &params, parts[0], parts[1])) return failed(argv[1]);
    for (i = 0; i < n; i++) {
      double difference = parts[0][i] + parts[1][i] - channel[i];
      if (difference < 0) difference = -difference;
      if (difference > largest) largest = difference;
      harmonic.samples[i * music.channels + c] = parts[0][i];
      percussive.samples[i * music.channels + c] = parts[1][i];
    }
    harmonic_energy += energy(parts[0], n);
    percussive_energy += energy(parts[1], n);
  }
  printf("frames %lu\nchannels %lu\n", (unsigned long)n, (unsigned long)music.channels);
  /* Levels, not energies: dimension 17 of the fingerprint is this. */
  level = sqrt(harmonic_energy);
  printf("harmonic_ratio %.6f\n", level / (level + sqrt(percussive_energy)));
  printf("largest_difference %.3g\n", largest);
  if (!wav_write(argv[2], &harmonic) || !wav_write(argv[3], &percussive)) {
    fprintf(stderr, "separate: %s or %s cannot be written\n", argv[2], argv[3]);
    return 1;
  }
  free(channel);
  free(percussive.samples);
  free(harmonic.samples);
  free(music.samples);
  return 0;
}
