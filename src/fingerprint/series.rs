//! A bounded store of one value per frame.

use crate::blocks::error::{Result, reserve};

/// The values of frames 0, s, 2s, …: all of them (s = 1) until the store is full, from then on every
/// second, every fourth … The series of one signal keep the same frames.
pub(super) struct Series {
    values: Vec<f32>,
    most: usize,
    every: usize,
    received: usize,
}

impl Series {
    /// Room for `most` values, an even number.
    pub fn new(most: usize) -> Result<Self> {
        Ok(Self { values: reserve(most)?, most, every: 1, received: 0 })
    }

    pub fn push(&mut self, value: f64) {
        if self.received.is_multiple_of(self.every) {
            if self.values.len() == self.most {
                for i in 0..self.most / 2 {
                    self.values[i] = self.values[2 * i];
                }
                self.values.truncate(self.most / 2);
                self.every *= 2;
            }
            // A full store holds an even number of values, so this one stays.
            self.values.push(value as f32);
        }
        self.received += 1;
    }

    pub fn values(&self) -> &[f32] {
        &self.values
    }

    pub fn values_mut(&mut self) -> &mut [f32] {
        &mut self.values
    }

    /// Frames from one value to the next.
    pub fn every(&self) -> usize {
        self.every
    }

    /// Mean over the frames for which `keep` holds; NaN for none.
    pub fn mean(&self, keep: impl Fn(usize) -> bool) -> f64 {
        let (sum, count) = self.kept(keep).fold((0.0, 0.0), |(sum, count), x| (sum + x, count + 1.0));
        sum / count
    }

    /// Mean, standard deviation and count of the frames for which `keep` holds.
    pub fn spread(&self, keep: impl Fn(usize) -> bool) -> Spread {
        let mean = self.mean(&keep);
        let (squares, count) =
            self.kept(keep).fold((0.0, 0), |(sum, count), x| (sum + (x - mean).powi(2), count + 1));
        Spread { mean, std: (squares / count as f64).sqrt(), count }
    }

    /// Median over the frames for which `keep` holds; NaN for none. The values are lost.
    pub fn median(&mut self, keep: impl Fn(usize) -> bool) -> f64 {
        let mut count = 0;
        for i in (0..self.values.len()).filter(|i| keep(*i)) {
            self.values[count] = self.values[i];
            count += 1;
        }
        let kept = &mut self.values[..count];
        if count == 0 {
            return f64::NAN;
        }
        let (below, middle, _) = kept.select_nth_unstable_by(count / 2, f32::total_cmp);
        let middle = f64::from(*middle);
        if count % 2 == 1 {
            return middle;
        }
        let below = below.iter().copied().fold(f32::NEG_INFINITY, f32::max);
        (f64::from(below) + middle) / 2.0
    }

    pub fn reset(&mut self) {
        self.values.clear();
        (self.every, self.received) = (1, 0);
    }

    fn kept(&self, keep: impl Fn(usize) -> bool) -> impl Iterator<Item = f64> {
        self.values.iter().enumerate().filter(move |(i, _)| keep(*i)).map(|(_, x)| f64::from(*x))
    }
}

/// See [`Series::spread`]; the deviation is the population's.
pub(super) struct Spread {
    pub mean: f64,
    pub std: f64,
    pub count: usize,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_full_series_keeps_every_second_value_again_and_again() {
        let mut series = Series::new(8).unwrap();
        for (count, expected) in [
            (8, vec![0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0]),
            (9, vec![0.0, 2.0, 4.0, 6.0, 8.0]),
            (16, vec![0.0, 2.0, 4.0, 6.0, 8.0, 10.0, 12.0, 14.0]),
            (17, vec![0.0, 4.0, 8.0, 12.0, 16.0]),
            (33, vec![0.0, 8.0, 16.0, 24.0, 32.0]),
        ] {
            series.reset();
            (0..count).for_each(|i| series.push(f64::from(i)));
            assert_eq!(series.values(), expected, "{count}");
        }
    }

    #[test]
    fn statistics_are_of_the_kept_frames() {
        let mut series = Series::new(8).unwrap();
        [5.0, 100.0, 1.0, 3.0, 7.0].into_iter().for_each(|x| series.push(x));
        let keep = |i: usize| i != 1;
        let Spread { mean, std, count } = series.spread(keep);
        assert_eq!((mean, count), (4.0, 4));
        assert!((std - 5_f64.sqrt()).abs() < 1e-12);
        assert_eq!(series.median(keep), 4.0);
        assert!(Series::new(8).unwrap().median(keep).is_nan());
    }
}
