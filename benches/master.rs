//! Mastering of 44.1 kHz stereo, as a multiple of real time: the chain with its meters, with more and fewer
//! stages, and the whole way from an array to its master.

use auralis_dsp::master::{MasterPlan, SETTINGS, master, setting};
use auralis_dsp::profile::{ProfileParams, profile};
use auralis_dsp::targets::TargetParams;

const RATE: f64 = 44_100.0;
const SECONDS: usize = 60;

/// A melody with bursts of noise, different on both sides, as loud as a mix.
fn stereo() -> Vec<f64> {
    let mut state = 1_u64;
    let frame = |i| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let noise = (state >> 11) as f64 / (1_u64 << 52) as f64 - 1.0;
        let t = i as f64 / RATE;
        let note = (t / 0.4_f64).floor();
        let pitch = 110.0 * ((note * 7.0 % 12.0) / 12.0).exp2();
        let tone: f64 =
            (1..6).map(|h| (std::f64::consts::TAU * f64::from(h) * pitch * t).sin() / f64::from(h)).sum();
        let burst = noise * (-30.0 * (t % 0.5)).exp();
        [0.2 * tone + 0.3 * burst, 0.15 * tone + 0.5 * burst + 0.01 * noise]
    };
    (0..SECONDS * RATE as usize).flat_map(frame).collect()
}

/// Settings of which the limiter turns down peaks by up to 6 dB.
fn settings(equalizer: bool, dynamics: bool) -> [f64; setting::LEN] {
    let mut settings: [f64; setting::LEN] =
        std::array::from_fn(|i| 0.0_f64.clamp(SETTINGS[i].range.0, SETTINGS[i].range.1));
    let single = [
        (setting::ACTIVE, 1.0),
        (setting::ATTACK, 5.0),
        (setting::RELEASE, 80.0),
        (setting::KNEE, 6.0),
        (setting::RANGE, 6.0),
        (setting::CROSSOVER_LOW, 120.0),
        (setting::CROSSOVER_HIGH, 2500.0),
        (setting::GAIN_OUT, 4.0),
        (setting::CEILING, -1.03),
        (setting::LOOKAHEAD, 5.0),
        (setting::HOLD, 25.0),
        (setting::LIMITER_RELEASE, 100.0),
    ];
    for (place, value) in single {
        settings[place] = value;
    }
    for b in 0..31 * usize::from(equalizer) {
        settings[setting::EQ_MID + b] = 3.0 * (b as f64 * 0.5).sin();
        settings[setting::EQ_SIDE + b] = 3.0 * (b as f64 * 0.6).cos();
    }
    for band in 0..3 {
        settings[setting::THRESHOLD + band] = -25.0;
        settings[setting::SLOPE + band] = if dynamics { -0.3 } else { 0.0 };
    }
    settings
}

/// Seconds that this thread has worked, other programs not counted.
fn worked() -> f64 {
    let mut time = libc::timespec { tv_sec: 0, tv_nsec: 0 };
    // SAFETY: writes to a struct that lives.
    assert_eq!(unsafe { libc::clock_gettime(libc::CLOCK_THREAD_CPUTIME_ID, &raw mut time) }, 0);
    time.tv_sec as f64 + 1e-9 * time.tv_nsec as f64
}

/// The best of five runs, in multiples of real time.
fn report(name: &str, mut run: impl FnMut()) {
    let seconds = (0..5).map(|_| {
        let begin = worked();
        run();
        worked() - begin
    });
    println!("{name}: {:.0} × real time", SECONDS as f64 / seconds.fold(f64::INFINITY, f64::min));
}

fn main() {
    let audio = stereo();
    let mut out = vec![0.0; audio.len()];
    let cases = [
        ("render: equalizer, dynamics, limiter, meters", settings(true, true)),
        ("render: equalizer, limiter, meters", settings(true, false)),
        ("render: limiter, meters", settings(false, false)),
    ];
    for (name, settings) in cases {
        let mut plan = MasterPlan::new(RATE, 2, &settings).unwrap();
        report(name, || {
            let mut written = 0;
            for block in audio.chunks(2 * 4096) {
                written += 2 * plan.push(block, &mut out[written..]).unwrap();
            }
            written += 2 * plan.finish(&mut out[written..]).unwrap();
            assert_eq!(written, out.len());
        });
    }

    let reference = profile(&audio, 2, RATE, &ProfileParams::default()).unwrap();
    let cases = [
        ("master", None, TargetParams::default()),
        ("master like a reference", Some(&reference[..]), TargetParams::default()),
        (
            "master at −9 LUFS, with dynamics",
            None,
            TargetParams { loudness: -9.0, ..TargetParams::default() },
        ),
    ];
    for (name, reference, params) in cases {
        let mut passes = 0.0;
        report(name, || {
            let mastered = master(&audio, 2, RATE, reference, &params, &mut out).unwrap();
            passes = mastered.report[auralis_dsp::master::report::PASSES];
        });
        println!("    in {passes} passes");
    }
}
