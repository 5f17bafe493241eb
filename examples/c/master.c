/* Masters a recording: loudness, true peak, tone and width on their targets; like a reference, if there is one.

   cc -std=c99 master.c $(pkg-config --cflags --libs auralis_dsp) -o master
   ./master music.wav master.wav [reference.wav] */

#include <auralis_dsp.h>

#include "wav.h"

/* Says what went wrong in the last call. */
static int failed(const char *what) {
  char message[256];
  auralis_last_error(message, sizeof message);
  fprintf(stderr, "master: %s: %s\n", what, message);
  return 1;
}

static int read(const char *path, wav *out) {
  if (wav_read(path, out)) return 1;
  fprintf(stderr, "master: %s is not a WAV file of 16-bit PCM\n", path);
  return 0;
}

int main(int argc, char **argv) {
  wav music, master;
  auralis_target_params params;
  double *reference = NULL, *report;
  size_t i, reference_len = 0, samples, report_len = auralis_master_report_len();

  if (argc != 3 && argc != 4) {
    fprintf(stderr, "usage: master MUSIC.wav MASTER.wav [REFERENCE.wav]\n");
    return 2;
  }
  if (!read(argv[1], &music)) return 1;
  samples = music.frames * music.channels;
  master = music;
  master.samples = (double *)malloc(samples * sizeof(double));
  report = (double *)malloc(report_len * sizeof(double));
  if (!master.samples || !report) return 1;

  if (auralis_target_params_preset(&params, sizeof params, AURALIS_PRESET_NEUTRAL)) return failed("parameters");
  params.loudness = -16.0;
  params.peak = -1.5;

  if (argc == 4) {
    wav other;
    if (!read(argv[3], &other)) return 1;
    reference_len = auralis_profile_len();
    reference = (double *)malloc(reference_len * sizeof(double));
    if (!reference) return 1;
    if (auralis_profile(other.samples, other.frames, other.channels, other.sample_rate, NULL, reference,
                        reference_len)) {
      return failed(argv[3]);
    }
    free(other.samples);
  }

  if (auralis_master(music.samples, music.frames, music.channels, music.sample_rate, reference, reference_len,
                     &params, master.samples, samples, report, report_len)) {
    return failed(argv[1]);
  }
  for (i = 0; i < report_len; i++) {
    printf("%s %.17g\n", auralis_master_report_name(i), report[i]);
  }
  /* Room for the rounding to 16 bits is in the half decibel to full scale. */
  if (!wav_write(argv[2], &master)) {
    fprintf(stderr, "master: %s could not be written\n", argv[2]);
    return 1;
  }
  free(music.samples);
  free(master.samples);
  free(reference);
  free(report);
  return 0;
}
