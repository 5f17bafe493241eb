//! Chroma of a signal whose tuning is known later than its samples.

use super::fold::Fold;
use super::params::ChromaParams;
use crate::blocks::error::{Result, buffer};
use crate::kernels::cqt::{self, Accuracy, Decimation, Place, Transform};

/// Gives what [`super::ChromaPlan`] gives with the same tuning, in two steps: decimation, before, and the
/// transform, after the tuning is known.
pub(crate) struct DeferredChroma {
    pub decimation: Decimation,
    pub columns: Columns,
}

impl DeferredChroma {
    /// `params.tuning` and `params.pad_mode` do not count.
    pub fn new(sample_rate: f64, params: &ChromaParams) -> Result<Self> {
        let params = ChromaParams { tuning: 0.0, ..*params };
        params.check(sample_rate)?;
        let merged = params.bins_per_octave / params.n_chroma;
        let (decimation, transform) = cqt::deferred(sample_rate, &params.cqt(), Accuracy::Chroma { merged })?;
        let fold = Fold::new(&params, transform.step())?;
        let columns = buffer(transform.step() * params.n_chroma, 0.0)?;
        Ok(Self { decimation, columns: Columns { transform, fold, n_chroma: params.n_chroma, columns } })
    }

    pub fn reset(&mut self) {
        self.decimation.reset();
        self.columns.reset();
    }
}

/// The second step.
pub(crate) struct Columns {
    transform: Transform,
    fold: Fold,
    n_chroma: usize,
    /// Those of one step of the transform.
    columns: Vec<f64>,
}

impl Columns {
    /// Sets the tuning, −0.5 to 0.5 bins.
    pub fn tune(&mut self, tuning: f64) {
        self.transform.tune(tuning);
    }

    /// Takes decimated samples of a signal of `end` frames; each column goes to `sink`.
    pub fn push(&mut self, decimated: &[f64], end: usize, mut sink: impl FnMut(&[f64])) {
        let Self { transform, fold, n_chroma, columns } = self;
        transform.push(decimated, end, |found| {
            fold.add(&found, Place::frame_by_frame(*n_chroma, found.first), columns);
            if fold.is_empty() {
                columns.chunks_exact(*n_chroma).take(found.count).for_each(&mut sink);
            }
        });
    }

    pub fn reset(&mut self) {
        self.transform.reset();
        self.fold.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernels::chroma::ChromaPlan;
    use crate::testing::rhythm;

    #[test]
    fn gives_the_same_as_a_plan_made_for_the_tuning() {
        for sample_rate in [16_000.0, 44_100.0] {
            let audio = rhythm("melody", 2.0, sample_rate);
            let mut deferred = DeferredChroma::new(sample_rate, &ChromaParams::default()).unwrap();
            for tuning in [0.23, -0.49, 0.0] {
                let params = ChromaParams { tuning, ..ChromaParams::default() };
                let frames = params.frames(audio.len()).unwrap();
                let mut expected = vec![0.0; 12 * frames];
                ChromaPlan::new(sample_rate, &params).unwrap().process(&audio, &mut expected).unwrap();

                let (mut decimated, mut t) = (vec![], 0);
                deferred.decimation.push(&audio, |samples| decimated.extend_from_slice(samples));
                deferred.decimation.finish(|samples| decimated.extend_from_slice(samples));
                deferred.columns.tune(tuning);
                deferred.columns.push(&decimated, frames, |column| {
                    for (class, value) in column.iter().enumerate() {
                        assert!((value - expected[class * frames + t]).abs() < 1e-9, "{tuning} {class} {t}");
                    }
                    t += 1;
                });
                assert_eq!(t, frames);
                deferred.reset();
            }
        }
    }
}
