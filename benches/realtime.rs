//! How long a push takes at worst: 10 minutes of 48 kHz in blocks of 512 samples through each stream that an
//! audio thread may feed. Prints the median, the 99.9th percentile and the maximum, also as shares of the
//! block's 10.7 ms.

#[path = "../tests/model/mod.rs"]
mod model;

use std::time::{Duration, Instant};

use auralis_dsp::ffi::status::AURALIS_OK;
use model::signal::Random;
use model::{Running, model};

const RATE: f64 = 48_000.0;
const BLOCK: usize = 512;
const SECONDS: usize = 600;

/// A changing chord, a beat and noise.
fn audio(len: usize) -> Vec<f64> {
    let mut random = Random(1);
    let sample = |i: usize| {
        let noise = random.noise();
        let t = i as f64 / RATE;
        let root = 110.0 * (((t.floor() * 5.0) % 12.0) / 12.0).exp2();
        let tone = |harmonic: f64| (std::f64::consts::TAU * harmonic * root * t).sin() / harmonic;
        0.2 * (tone(1.0) + tone(3.0) + tone(5.0)) + (0.5 * (-40.0 * (t % 0.5)).exp() + 0.01) * noise
    };
    (0..len).map(sample).collect()
}

/// Asks for the priority that hosts give their audio threads, so that nothing else is measured.
#[cfg(target_os = "linux")]
fn real_time_priority() -> bool {
    let priority = libc::sched_param { sched_priority: 50 };
    // SAFETY: of this thread, with parameters that live.
    unsafe { libc::sched_setscheduler(0, libc::SCHED_FIFO, &raw const priority) == 0 }
}

#[cfg(not(target_os = "linux"))]
fn real_time_priority() -> bool {
    false
}

fn main() {
    let audio = audio(SECONDS * RATE as usize);
    let priority = if real_time_priority() { "real-time" } else { "ordinary" };
    let real_time = BLOCK as f64 / RATE * 1e6;
    println!(
        "µs for {BLOCK} samples at {RATE} Hz, which last {real_time:.0} µs; {SECONDS} s, {priority} priority"
    );
    for stream in model().streams.iter().filter(|stream| stream.gives_as_it_goes()) {
        // Systems stop a real-time thread that works for a whole second without a pause.
        std::thread::sleep(Duration::from_secs(1));
        let case = stream.case(1, RATE);
        let mut running = Running::new(stream, &case, BLOCK).expect("a stream");
        let mut out = vec![0.0; running.room(BLOCK)];
        let mut times: Vec<f64> = audio
            .chunks_exact(BLOCK)
            .enumerate()
            .map(|(i, block)| {
                if i % 1000 == 0 {
                    std::thread::sleep(Duration::from_millis(5));
                }
                let mut written = 0;
                let begin = Instant::now();
                let status = running.push(block, &mut out, &mut written);
                let spent = begin.elapsed();
                assert_eq!(status, AURALIS_OK);
                spent.as_secs_f64() * 1e6
            })
            .collect();
        times.sort_by(f64::total_cmp);
        let at = |share: f64| times[((times.len() - 1) as f64 * share) as usize];
        let [median, most, worst] = [0.5, 0.999, 1.0].map(at);
        println!(
            "{}: median {median:.0} ({:.1} %), 99.9 % within {most:.0} ({:.1} %), at most {worst:.0} ({:.1} %)",
            stream.name(),
            100.0 * median / real_time,
            100.0 * most / real_time,
            100.0 * worst / real_time
        );
    }
}
