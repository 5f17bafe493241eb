/* Calls every kernel from several threads at once, with lengths and rates that make each thread plan anew,
   and compares with what one thread gets. Exit status 0 if all is well. */

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <auralis_dsp.h>

enum { THREADS = 4, ROUNDS = 3, CASES = 5, SAMPLES = 1200, ROOM = 4096 };

static double audio[SAMPLES];
static double got[THREADS][ROUNDS][CASES][ROOM];

static int call(int round, int kernel, double *out) {
  const double rate = 22050 + 1000 * round;
  const size_t n = SAMPLES - 100 * (size_t)round;
  memset(out, 0, ROOM * sizeof *out);
  if (kernel == 0) {
    auralis_hpss_params p;
    auralis_hpss_params_init(&p, sizeof p);
    p.n_fft = 200 + 56 * (uint32_t)round;
    p.hop_length = 0;
    p.kernel_harmonic = 5;
    return auralis_hpss(audio, n, &p, out, out + n);
  }
  if (kernel == 1) {
    auralis_yin_params p;
    auralis_yin_params_init(&p, sizeof p);
    p.frame_length = 512 + 128 * (uint32_t)round;
    p.fmin = 100;
    return auralis_yin(audio, n, rate, &p, out, ROOM);
  }
  if (kernel == 2) {
    auralis_cqt_params p;
    auralis_cqt_params_init(&p, sizeof p);
    p.n_bins = 6;
    p.fmin = 3000;
    return auralis_cqt(audio, n, rate, &p, out, ROOM);
  }
  if (kernel == 3) {
    auralis_chroma_params p;
    auralis_chroma_params_init(&p, sizeof p);
    p.n_octaves = 1;
    p.bins_per_octave = 12;
    p.fmin = 3000;
    return auralis_chroma_cqt(audio, n, rate, &p, out, ROOM);
  }
  return auralis_estimate_tuning(audio, n, rate, 12, out);
}

static void *work(void *argument) {
  const int thread = *(const int *)argument;
  size_t failures = 0;
  int round, i;
  for (round = 0; round < ROUNDS; round++) {
    for (i = 0; i < CASES; i++) {
      const int kernel = (i + thread) % CASES;
      failures += call(round, kernel, got[thread][round][kernel]) != AURALIS_OK;
    }
  }
  /* An error in each thread, with a text of its own. */
  failures += auralis_yin(NULL, 1, 44100, NULL, NULL, 0) != AURALIS_ERROR_NULL_POINTER;
  return (void *)failures;
}

int main(void) {
  static double expected[ROOM];
  pthread_t threads[THREADS];
  int numbers[THREADS], i, round, kernel;
  size_t failures = 0;
  for (i = 0; i < SAMPLES; i++) audio[i] = (i * 37 % 101) / 101.0 - 0.5;
  for (i = 0; i < THREADS; i++) {
    numbers[i] = i;
    if (pthread_create(&threads[i], NULL, work, &numbers[i])) return 2;
  }
  for (i = 0; i < THREADS; i++) {
    void *result;
    pthread_join(threads[i], &result);
    failures += (size_t)result;
  }
  for (round = 0; round < ROUNDS; round++) {
    for (kernel = 0; kernel < CASES; kernel++) {
      failures += call(round, kernel, expected) != AURALIS_OK;
      for (i = 0; i < THREADS; i++) {
        failures += memcmp(expected, got[i][round][kernel], sizeof expected) != 0;
      }
    }
  }
  printf("%lu failures\n", (unsigned long)failures);
  return failures != 0;
}
