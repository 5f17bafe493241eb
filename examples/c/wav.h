/* Reads and writes 16-bit PCM WAV files, no more: decoding is not what these examples are about. */

#ifndef WAV_H
#define WAV_H

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct wav {
  uint32_t sample_rate;
  uint32_t channels;
  size_t frames;
  double *samples; /* interleaved, -1 to 1; to be freed */
} wav;

static inline uint32_t wav_number(const unsigned char *bytes, int count) {
  uint32_t value = 0;
  while (count-- > 0) value = value << 8 | bytes[count];
  return value;
}

/* 1 if `path` could be read. */
static inline int wav_read(const char *path, wav *out) {
  unsigned char head[12], chunk[8], format[16];
  uint32_t bits = 0;
  FILE *file = fopen(path, "rb");
  memset(out, 0, sizeof *out);
  if (!file) return 0;
  if (fread(head, 1, 12, file) == 12 && !memcmp(head, "RIFF", 4) && !memcmp(head + 8, "WAVE", 4)) {
    while (fread(chunk, 1, 8, file) == 8) {
      uint32_t size = wav_number(chunk + 4, 4);
      if (!memcmp(chunk, "fmt ", 4) && size >= 16 && fread(format, 1, 16, file) == 16) {
        out->channels = wav_number(format + 2, 2);
        out->sample_rate = wav_number(format + 4, 4);
        bits = wav_number(format, 2) == 1 ? wav_number(format + 14, 2) : 0;
        size -= 16;
      } else if (!memcmp(chunk, "data", 4) && bits == 16 && out->channels > 0) {
        unsigned char *bytes = (unsigned char *)malloc(size + 1);
        size_t i, count = bytes ? fread(bytes, 1, size, file) / 2 : 0;
        out->frames = count / out->channels;
        out->samples = count ? (double *)malloc(count * sizeof(double)) : NULL;
        for (i = 0; out->samples && i < count; i++) {
          int32_t value = (int32_t)wav_number(bytes + 2 * i, 2);
          out->samples[i] = (value < 32768 ? value : value - 65536) / 32768.0;
        }
        free(bytes);
        break;
      }
      if (fseek(file, (long)(size + size % 2), SEEK_CUR)) break;
    }
  }
  fclose(file);
  return out->samples != NULL;
}

/* 1 if `path` could be written. */
static inline int wav_write(const char *path, const wav *in) {
  unsigned char head[44] = "RIFF....WAVEfmt \20\0\0\0\1\0";
  const uint32_t bytes = (uint32_t)(in->frames * in->channels * 2);
  const uint32_t numbers[][3] = {{4, 4, bytes + 36},
                                 {22, 2, in->channels},
                                 {24, 4, in->sample_rate},
                                 {28, 4, in->sample_rate * in->channels * 2},
                                 {32, 2, in->channels * 2},
                                 {34, 2, 16},
                                 {40, 4, bytes}};
  size_t i, k;
  int good;
  FILE *file = fopen(path, "wb");
  if (!file) return 0;
  for (i = 0; i < sizeof numbers / sizeof *numbers; i++) {
    for (k = 0; k < numbers[i][1]; k++) head[numbers[i][0] + k] = (unsigned char)(numbers[i][2] >> 8 * k);
  }
  memcpy(head + 36, "data", 4);
  good = fwrite(head, 1, 44, file) == 44;
  for (i = 0; good && i < in->frames * in->channels; i++) {
    double value = in->samples[i] * 32768.0;
    int32_t rounded = (int32_t)(value < 0 ? value - 0.5 : value + 0.5);
    unsigned char sample[2];
    if (rounded > 32767) rounded = 32767;
    if (rounded < -32768) rounded = -32768;
    sample[0] = (unsigned char)((uint32_t)rounded & 255);
    sample[1] = (unsigned char)((uint32_t)rounded >> 8 & 255);
    good = fwrite(sample, 1, 2, file) == 2;
  }
  return fclose(file) == 0 && good;
}

#endif
