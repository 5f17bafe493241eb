// Tells tuning, pitch and pitch classes of a recording, of the whole and then as a stream.
//
//   c++ -std=c++17 analyze.cpp $(pkg-config --cflags --libs auralis_dsp) -o analyze
//   ./analyze music.wav

#include <auralis_dsp.hpp>

#include <algorithm>
#include <cmath>
#include <iostream>

#include "../c/wav.h"

namespace {

/// The mean of the channels.
std::vector<double> read_mono(const char *path, double &sample_rate) {
    wav music;
    if (!wav_read(path, &music)) throw std::runtime_error(std::string(path) + " is not a WAV file of 16-bit PCM");
    std::vector<double> mono(music.frames);
    for (std::size_t i = 0; i < mono.size() * music.channels; i++) {
        mono[i / music.channels] += music.samples[i] / music.channels;
    }
    std::free(music.samples);
    sample_rate = music.sample_rate;
    return mono;
}

double median(std::vector<double> values) {
    auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
    std::nth_element(values.begin(), middle, values.end());
    return *middle;
}

double rms(const std::vector<double> &x) {
    double sum = 0;
    for (double value : x) sum += value * value;
    return std::sqrt(sum / static_cast<double>(x.size()));
}

/// The strength of each pitch class over the whole recording, the largest being 1.
std::vector<double> profile(const auralis::matrix<double> &chroma) {
    std::vector<double> strength(chroma.rows);
    for (std::size_t row = 0; row < chroma.rows; row++) {
        for (std::size_t t = 0; t < chroma.frames; t++) strength[row] += chroma(row, t);
    }
    const double most = *std::max_element(strength.begin(), strength.end());
    for (double &value : strength) value /= most;
    return strength;
}

/// YIN as a host with blocks of 512 samples would run it.
std::vector<double> yin_in_blocks(auralis::input audio, double sample_rate) {
    constexpr std::size_t block = 512;
    auralis::yin_stream stream(sample_rate, block);
    std::vector<double> f0;
    for (std::size_t i = 0; i < audio.size(); i += block) {
        const auto frames = stream.push(audio.subview(i, std::min(block, audio.size() - i)));
        f0.insert(f0.end(), frames.begin(), frames.end());
    }
    const auto rest = stream.finish();
    f0.insert(f0.end(), rest.begin(), rest.end());
    return f0;
}

void analyze(const char *path) {
    static const char *const names[] = {"C", "C#", "D", "D#", "E", "F", "F#", "G", "G#", "A", "A#", "B"};
    double sample_rate = 0;
    const auto audio = read_mono(path, sample_rate);
    const auto f0 = auralis::yin(audio, sample_rate);
    const auto parts = auralis::hpss(audio);
    const double harmonic = rms(parts.harmonic), percussive = rms(parts.percussive);

    auralis::chroma_params params;
    params.tuning = auralis::estimate_tuning(audio, sample_rate, params.bins_per_octave);
    params.n_octaves = 6;
    const auto strength = profile(auralis::chroma_cqt(audio, sample_rate, params));

    std::cout << "seconds " << static_cast<double>(audio.size()) / sample_rate << "\n"
              << "tuning " << params.tuning << "\n"
              << "median_f0 " << median(f0) << "\n"
              << "harmonic_ratio " << harmonic / (harmonic + percussive) << "\n"
              << "stream_equal " << (yin_in_blocks(audio, sample_rate) == f0) << "\n";
    for (std::size_t i = 0; i < strength.size(); i++) {
        std::cout << names[i] << " " << strength[i] << "\n";
    }
}

} // namespace

int main(int argc, char **argv) {
    if (argc != 2) {
        std::cerr << "usage: analyze MUSIC.wav\n";
        return 2;
    }
    // A result instead of an exception.
    const auto refused = auralis::try_yin(std::vector<double>{1.0}, 44.1);
    if (!refused) std::cout << "refused: " << refused.error().message << "\n";
    try {
        analyze(argv[1]);
    } catch (const std::exception &e) {
        std::cerr << "analyze: " << e.what() << "\n";
        return 1;
    }
    return 0;
}
