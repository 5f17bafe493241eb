// Every function and class of auralis_dsp.hpp, checked against one another. Exit status 0 if all is well.

#include <auralis_dsp.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <cstring>

namespace {

int failures = 0;

void expect(bool good, const char *what) {
    if (!good) {
        std::fprintf(stderr, "failed: %s\n", what);
        failures++;
    }
}

constexpr double rate = 22050;
constexpr std::size_t block = 700;

std::vector<double> signal() {
    std::vector<double> x(30000);
    for (std::size_t i = 0; i < x.size(); i++) {
        x[i] = 0.5 * std::sin(0.05 * static_cast<double>(i)) + (i % 5000 == 0 ? 0.4 : 0.0);
    }
    return x;
}

/// Pushes all of `audio` in blocks; appends what comes to `collect`.
template <class S, class C>
void run(S &stream, auralis::input audio, C collect) {
    for (std::size_t i = 0; i < audio.size(); i += block) {
        collect(stream.push(audio.subview(i, std::min(block, audio.size() - i))));
    }
    collect(stream.finish());
}

void append(std::vector<double> &all, const std::vector<double> &part) {
    all.insert(all.end(), part.begin(), part.end());
}

void hpss(const std::vector<double> &x) {
    const auto whole = auralis::hpss(x);
    for (std::size_t i = 0; i < x.size(); i++) {
        if (std::abs(whole.harmonic[i] + whole.percussive[i] - x[i]) > 1e-12) return expect(false, "hpss sum");
    }
    auralis::hpss_stream stream(rate, block);
    expect(stream.latency() > 0 && stream.latency() < x.size(), "hpss latency");
    auralis::separation all;
    run(stream, x, [&](const auralis::separation &part) {
        append(all.harmonic, part.harmonic);
        append(all.percussive, part.percussive);
    });
    expect(all.harmonic == whole.harmonic && all.percussive == whole.percussive, "hpss stream");
}

void yin(const std::vector<double> &x) {
    auralis::yin_params params;
    params.hop_length = 300;
    const auto whole = auralis::yin(x, rate, params);
    expect(whole.size() == 1 + x.size() / 300, "yin frames");
    auralis::yin_stream stream(rate, block, params);
    std::vector<double> all;
    run(stream, x, [&](const std::vector<double> &part) { append(all, part); });
    expect(all == whole, "yin stream");

    // Handles move.
    auralis::yin_stream moved(std::move(stream));
    all.clear();
    moved.push(auralis::input(x).subview(0, 100));
    moved.reset();
    run(moved, x, [&](const std::vector<double> &part) { append(all, part); });
    expect(all == whole, "yin stream, moved and reset");
}

void chroma(const std::vector<double> &x) {
    auralis::chroma_params params;
    params.tuning = auralis::estimate_tuning(x, rate);
    params.n_octaves = 6;
    const auto whole = auralis::chroma_cqt(x, rate, params);
    expect(whole.rows == 12 && whole.values.size() == whole.rows * whole.frames, "chroma shape");
    auralis::chroma_stream stream(rate, block, params);
    std::vector<double> all;
    run(stream, x, [&](const std::vector<double> &part) { append(all, part); });
    bool equal = all.size() == whole.values.size();
    for (std::size_t i = 0; equal && i < all.size(); i++) equal = all[i] == whole(i % 12, i / 12);
    expect(equal, "chroma stream");
    expect(!auralis::chroma_stream::try_make(rate, block, auralis::chroma_params()), "chroma needs tuning");
}

void cqt(const std::vector<double> &x) {
    auralis::cqt_params params;
    params.n_bins = 72;
    const auto coefficients = auralis::cqt(x, rate, params);
    // 0.05 rad/sample are 175.5 Hz, 29.1 semitones above C1.
    std::size_t loudest = 0;
    for (std::size_t bin = 0; bin < coefficients.rows; bin++) {
        if (std::abs(coefficients(bin, 20)) > std::abs(coefficients(loudest, 20))) loudest = bin;
    }
    expect(loudest == 29, "cqt peak");
}

void fingerprint(const std::vector<double> &x) {
    const auto whole = auralis::fingerprint(x, 2, rate);
    expect(whole.size() == 25 && std::isfinite(whole[0]), "fingerprint values");
    auralis::fingerprint_stream stream(rate, 2, block);
    for (std::size_t i = 0; i < x.size(); i += 2 * block) {
        stream.push(auralis::input(x).subview(i, std::min(2 * block, x.size() - i)));
    }
    expect(!stream.try_push(auralis::input(x).subview(0, 3)), "fingerprint stream, half a frame");
    const auto all = stream.finish();
    expect(std::memcmp(all.data(), whole.data(), 25 * sizeof(double)) == 0, "fingerprint stream");
}

void mastering(const std::vector<double> &x) {
    const auto whole = auralis::profile(x, 2, rate);
    expect(whole.size() == 95 && std::isfinite(whole[AURALIS_PROFILE_TRUE_PEAK]), "profile values");
    auralis::profile_stream stream(rate, 2, block);
    for (std::size_t i = 0; i < x.size(); i += 2 * block) {
        stream.push(auralis::input(x).subview(i, std::min(2 * block, x.size() - i)));
    }
    const auto all = stream.finish();
    expect(std::memcmp(all.data(), whole.data(), 95 * sizeof(double)) == 0, "profile stream");
    auto two = whole;
    two.insert(two.end(), whole.begin(), whole.end());
    const auto mean = auralis::profile_mean(two);
    expect(mean[0] == whole[0] && mean.size() == 95, "mean of profiles");
    expect(!auralis::try_profile_mean(auralis::input(two).subview(0, 94)), "part of a profile");

    auralis::target_params warm(AURALIS_PRESET_WARM);
    warm.loudness = -12;
    expect(warm.warmth == 1 && warm.intensity == 0.7, "preset");
    const auto targets = auralis::targets(whole, warm);
    expect(targets.size() == 18 && targets[AURALIS_TARGET_LOUDNESS] == -12, "targets");
    const auto parts = auralis::targets_explain(whole, warm);
    double sum = 0;
    for (std::size_t i = 0; i < AURALIS_CAUSES; ++i) sum += parts[i];
    expect(parts.size() == 18 * AURALIS_CAUSES && std::abs(sum + 12) < 1e-12, "explanation");
    const auto like = auralis::targets(whole, auralis::target_params(), whole);
    expect(std::abs(like[AURALIS_TARGET_LOUDNESS] - std::max(-30.0, std::min(-5.0, whole[7]))) < 1e-12,
           "reference");
    const auto settings = auralis::master_settings(whole, targets, warm);
    expect(settings.size() == 84 && settings[AURALIS_SETTING_ACTIVE] == 1, "settings");

    const auto master = auralis::master(x, 2, rate, warm);
    expect(master.interleaved.size() == x.size() && master.report.size() == 31, "master");
    auralis::master_solver solver(rate, 2, block, warm);
    do {
        for (std::size_t i = 0; i < x.size(); i += 2 * block) {
            solver.push(auralis::input(x).subview(i, std::min(2 * block, x.size() - i)));
        }
    } while (solver.next());
    expect(solver.report().size() == 31 && solver.targets() == targets, "solver");
    expect(solver.profile().size() == 95 && !solver.try_push(auralis::input(x).subview(0, 2)), "solved");
    auralis::master_stream chain(rate, 2, solver.settings(), block);
    std::vector<double> chained;
    for (std::size_t i = 0; i < x.size(); i += 2 * block) {
        const auto out = chain.push(auralis::input(x).subview(i, std::min(2 * block, x.size() - i)));
        chained.insert(chained.end(), out.begin(), out.end());
    }
    const auto rest = chain.finish();
    chained.insert(chained.end(), rest.begin(), rest.end());
    expect(chained == master.interleaved && chain.latency() > 0, "stream of the master");
    std::vector<double> meters(auralis_master_meters_len());
    expect(chain.meters(meters) == AURALIS_OK, "meters");
    expect(meters[AURALIS_METER_INTEGRATED] == master.report[AURALIS_REPORT_INTEGRATED_AFTER], "meters");
    expect(!auralis::master_stream::try_make(rate, 2, auralis::input(settings).subview(0, 83), block),
           "settings too few");
    expect(!auralis::try_master(auralis::input(x).subview(0, 3), 2, rate), "half a frame");

    warm.punch = 2;
    const auto refused = auralis::try_targets(whole, warm);
    expect(!refused && std::strstr(refused.error().message, "punch is 2"), "punch");
}

void rhythm(const std::vector<double> &x) {
    const auto envelope = auralis::onset_strength(x, rate);
    expect(envelope.size() == x.size() / 512 + 1, "envelope");
    const auto onsets = auralis::onset_detect(envelope, rate);
    expect(onsets.empty() || onsets.back() < envelope.size(), "onsets");
    const auto bpm = auralis::tempo(envelope, rate);
    auralis::beat_track_params params;
    params.bpm = bpm;
    const auto beats = auralis::beat_track(envelope, rate, params);
    expect(bpm > 0 && (beats.bpm == bpm || beats.frames.empty()), "beats");
    params.tightness = -1;
    expect(!auralis::try_beat_track(envelope, rate, params), "tightness");
}

void measures(const std::vector<double> &x) {
    const auto frames = x.size() / 512 + 1;
    const auto centroid = auralis::spectral_centroid(x, rate);
    auralis::spectral_params params;
    params.roll_percent = 0.5;
    const auto half = auralis::spectral_rolloff(x, rate, params);
    const auto most = auralis::spectral_rolloff(x, rate);
    const auto flatness = auralis::spectral_flatness(x);
    const auto rms = auralis::rms(x);
    expect(centroid.size() == frames && half.size() == frames && flatness.size() == frames, "sizes");
    expect(half[20] <= most[20] && centroid[20] > 0 && flatness[20] < 1, "spectrum");
    expect(rms.size() == frames && rms[20] > 0, "rms");
    const auto crossings = auralis::zero_crossing_rate(x);
    expect(crossings.size() == frames && crossings[20] > 0 && crossings[20] < 1, "zero crossings");

    std::vector<double> tone(2 * 220500);
    for (std::size_t i = 0; i < tone.size(); i++) {
        tone[i] = 0.1 * std::sin(6.283185307179586 * 997.0 * static_cast<double>(i / 2) / 44100.0);
    }
    // A sine of 997 Hz at -20 dB in both channels has -20 LUFS.
    const auto loudness = auralis::loudness(tone, 2, 44100.0);
    expect(std::abs(loudness.integrated + 20.0) < 0.1 && std::abs(loudness.range) < 0.1, "loudness");
    expect(std::abs(loudness.true_peak + 20.0) < 0.1, "true peak");
    const auto momentary = auralis::momentary_loudness(tone, 2, 44100.0);
    const auto short_term = auralis::short_term_loudness(tone, 2, 44100.0);
    expect(momentary.size() == 50 && std::isnan(momentary[2]) && std::abs(momentary[3] + 20.0) < 0.1,
           "momentary");
    expect(short_term.size() == 50 && std::isnan(short_term[28]) && std::abs(short_term[29] + 20.0) < 0.1,
           "short-term");
    auralis::loudness_params quick;
    quick.true_peak = 0;
    expect(std::isnan(auralis::loudness(tone, 2, 44100.0, quick).true_peak), "no true peak");
    // An input is made of a pointer and a length too.
    expect(auralis::loudness({tone.data(), tone.size()}, 2, 44100.0, {}).integrated == loudness.integrated,
           "braces");
    expect(!auralis::try_loudness(tone, 0, 44100.0) && !auralis::try_momentary_loudness(tone, 65, 44100.0),
           "channels");
}

/// Interleaved audio that is not whole frames is refused, whatever is asked of it.
void whole_frames(const std::vector<double> &x) {
    const auto odd = auralis::input(x).subview(0, 29999);
    const auto refused = [](const auto &result) {
        return !result && result.error().status == AURALIS_ERROR_INVALID_ARGUMENT &&
               std::strstr(result.error().message, "interleaved is not whole frames; allowed:");
    };
    expect(refused(auralis::try_loudness(odd, 2, rate)), "loudness of half a frame");
    expect(refused(auralis::try_momentary_loudness(odd, 2, rate)), "momentary loudness of half a frame");
    expect(refused(auralis::try_short_term_loudness(odd, 2, rate)), "short-term loudness of half a frame");
    expect(refused(auralis::try_fingerprint(odd, 2, rate)), "fingerprint of half a frame");
    expect(refused(auralis::fingerprint_stream(rate, 2, block).try_push(auralis::input(x).subview(0, 5))),
           "fingerprint stream of half a frame");
    expect(refused(auralis::try_fingerprint(odd, 7, rate)), "29999 is not a multiple of 7");
    bool caught = false;
    try {
        auralis::loudness(odd, 2, rate);
    } catch (const auralis::error &e) {
        caught = e.status() == AURALIS_ERROR_INVALID_ARGUMENT;
    }
    expect(caught, "exception for half a frame");
}

void failures_and_results(const std::vector<double> &x) {
    const auto refused = auralis::try_yin(x, 1.0);
    expect(!refused && refused.error().status == AURALIS_ERROR_INVALID_ARGUMENT, "status");
    expect(std::strstr(refused.error().message, "sample_rate") != nullptr, "message");
    const auto good = auralis::try_yin(x, rate);
    expect(good && *good == auralis::yin(x, rate), "value");
    bool caught = false;
    try {
        auralis::yin(x, 1.0);
    } catch (const auralis::error &e) {
        caught = e.status() == AURALIS_ERROR_INVALID_ARGUMENT && std::strstr(e.what(), "sample_rate");
    }
    expect(caught, "exception");

    auralis::yin_params params;
    params.hop_length = 100;
    auralis::yin_stream stream(rate, block, params);
    std::array<double, 1> narrow{};
    const auto first = stream.try_push(auralis::input(x).subview(0, block), narrow);
    expect(first && *first == 0, "nothing before half a frame");
    const auto second = stream.try_push(auralis::input(x).subview(block, block), narrow);
    expect(!second && second.error().status == AURALIS_ERROR_BUFFER_TOO_SMALL, "narrow output");
    const auto third = stream.try_push(x, narrow);
    expect(!third && third.error().status == AURALIS_ERROR_INVALID_ARGUMENT, "long block");
}

} // namespace

int main() {
    const auto x = signal();
    hpss(x);
    yin(x);
    chroma(x);
    cqt(x);
    fingerprint(x);
    mastering(x);
    rhythm(x);
    measures(x);
    whole_frames(x);
    failures_and_results(x);
    expect(std::strlen(auralis::version()) >= 5, "version");
    return failures;
}
