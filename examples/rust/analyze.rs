//! Tells how much of a recording is harmonic, its pitch and its tuning, with the Rust API.
//!
//! cargo run --release --example analyze music.wav

use std::error::Error;

use auralis_dsp::hpss::{HpssParams, hpss};
use auralis_dsp::tuning::estimate_tuning;
use auralis_dsp::yin::{YinParams, yin};

/// The samples of a WAV file of 16-bit PCM, channels averaged, and their rate.
fn read_mono(path: &str) -> Result<(Vec<f64>, f64), Box<dyn Error>> {
    let bytes = std::fs::read(path)?;
    let number = |chunk: &[u8]| chunk.iter().rev().fold(0_usize, |value, byte| value << 8 | *byte as usize);
    let (mut format, mut rest) = (None, bytes.get(12..).ok_or("too short")?);
    while rest.len() >= 8 {
        let (head, body) = rest.split_at(8);
        let body_len = number(&head[4..]).min(body.len());
        match (&head[..4], format) {
            (b"fmt ", _) if body_len >= 16 && number(&body[14..16]) == 16 => {
                format = Some((number(&body[2..4]), number(&body[4..8]) as f64));
            }
            (b"data", Some((channels, rate))) if channels > 0 => {
                let frames = body[..body_len].chunks_exact(2 * channels);
                let sample = |pair: &[u8]| f64::from(i16::from_le_bytes([pair[0], pair[1]])) / 32768.0;
                let mean = |frame: &[u8]| frame.chunks_exact(2).map(sample).sum::<f64>() / channels as f64;
                return Ok((frames.map(mean).collect(), rate));
            }
            _ => {}
        }
        rest = &body[(body_len + body_len % 2).min(body.len())..];
    }
    Err("not a WAV file of 16-bit PCM".into())
}

fn rms(x: &[f64]) -> f64 {
    (x.iter().map(|x| x * x).sum::<f64>() / x.len() as f64).sqrt()
}

fn main() -> Result<(), Box<dyn Error>> {
    let path = std::env::args().nth(1).ok_or("usage: analyze MUSIC.wav")?;
    let (audio, rate) = read_mono(&path)?;
    let (harmonic, percussive) = hpss(&audio, &HpssParams::default())?;
    let mut f0 = yin(&audio, rate, &YinParams::default())?;
    f0.sort_by(f64::total_cmp);
    println!("harmonic_ratio {}", rms(&harmonic) / (rms(&harmonic) + rms(&percussive)));
    println!("median_f0 {}", f0[f0.len() / 2]);
    println!("tuning {}", estimate_tuning(&audio, rate, 36)?);
    if let Err(error) = yin(&audio, 44.1, &YinParams::default()) {
        println!("refused: {error}");
    }
    Ok(())
}
