// Finds the settings of the mastering chain for a recording, then runs the chain as an audio callback would.
//
//   c++ -std=c++17 master.cpp $(pkg-config --cflags --libs auralis_dsp) -o master
//   ./master music.wav

#include <auralis_dsp.hpp>

#include <algorithm>
#include <cstdio>
#include <iostream>

#include "../c/wav.h"

namespace {

constexpr std::size_t block = 512;

/// The blocks of a signal, as they would come from a file or a device.
template <class F>
void each_block(const std::vector<double> &audio, std::size_t n_channels, F take) {
    for (std::size_t i = 0; i < audio.size(); i += block * n_channels) {
        take(auralis::input(audio).subview(i, std::min(block * n_channels, audio.size() - i)));
    }
}

void master(const char *path) {
    wav music;
    if (!wav_read(path, &music)) throw std::runtime_error(std::string(path) + " is not a WAV file of 16-bit PCM");
    const std::vector<double> audio(music.samples, music.samples + music.frames * music.channels);
    std::free(music.samples);

    auralis::target_params wanted(AURALIS_PRESET_WARM);
    wanted.loudness = -16;
    auralis::master_solver solver(music.sample_rate, music.channels, block, wanted);
    int passes = 0;
    do {
        each_block(audio, music.channels, [&](auralis::input frames) { solver.push(frames); });
        ++passes;
    } while (solver.next());
    const auto report = solver.report();

    // All memory is taken before the first callback.
    auralis::master_stream stream(music.sample_rate, music.channels, solver.settings(), block);
    std::vector<double> out(music.channels * std::max(stream.max_output(block), stream.max_output(0)));
    std::size_t frames = 0;
    double peak = 0;
    const auto play = [&](std::size_t n) {
        frames += n;
        for (std::size_t i = 0; i < n * music.channels; ++i) peak = std::max(peak, std::abs(out[i]));
    };
    each_block(audio, music.channels, [&](auralis::input in) {
        const auto n = stream.try_push(in, out);
        if (n) play(*n);
    });
    play(stream.finish(out));

    std::vector<double> meters(auralis_master_meters_len());
    stream.meters(meters);
    std::printf("passes %d\nframes %zu\nlatency %zu\npeak %.17g\n", passes, frames, stream.latency(), peak);
    std::printf("integrated %.17g\ntrue_peak %.17g\nreported %.17g\n", meters[AURALIS_METER_INTEGRATED],
                meters[AURALIS_METER_TRUE_PEAK], report[AURALIS_REPORT_INTEGRATED_AFTER]);

    // Errors name the argument, the value and what is allowed.
    wanted.loudness = 3;
    const auto refused = auralis::master_solver::try_make(music.sample_rate, music.channels, block, wanted);
    if (!refused) std::printf("refused: %s\n", refused.error().message);
}

} // namespace

int main(int argc, char **argv) {
    if (argc != 2) {
        std::cerr << "usage: master MUSIC.wav\n";
        return 2;
    }
    try {
        master(argv[1]);
    } catch (const std::exception &error) {
        std::cerr << "master: " << error.what() << '\n';
        return 1;
    }
}
