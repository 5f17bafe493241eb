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
    const auto all = stream.finish();
    expect(std::memcmp(all.data(), whole.data(), 25 * sizeof(double)) == 0, "fingerprint stream");
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
    failures_and_results(x);
    expect(std::strlen(auralis::version()) >= 5, "version");
    return failures;
}
