//! Finds the gain before the limiter that gives the loudness asked for, in few passes.
//!
//! Loudness rises with the gain, ever less as the limiter takes more; so does its cost, ever more. The gain
//! sought is the lowest at which one of three is met: the loudness asked for, the most that the limiter may
//! cost, the most gain. After each pass both curves are continued from the passes so far, or bridged between
//! the closest that lie on both sides.

/// How close is close enough, in LU.
const LOUDNESS_TOLERANCE: f64 = 0.03;
const COST_TOLERANCE: f64 = 0.05;
/// In dB, where no trial is left to do better.
const PEAK_TOLERANCE: f64 = 0.02;
/// Passes after which the best so far is taken.
const MOST_PASSES: usize = 8;
/// Loudness gained per dB: at first (mean of many tracks), and within these bounds.
const FIRST_SLOPE: f64 = 0.77;
const SLOPES: (f64, f64) = (0.2, 1.0);
/// Loudness lost per dB: at first, while it is affordable and while it is not, and within these bounds.
const FIRST_LOSSES: [f64; 2] = [0.23, 0.6];
const LOSSES: (f64, f64) = (0.05, 0.9);

#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Goal {
    /// In LUFS.
    pub loudness: f64,
    /// In dBTP.
    pub peak: f64,
    /// The most loudness that the limiter may cost, in LU.
    pub limiting: f64,
    /// The most gain before the limiter, in dB.
    pub gain_max: f64,
    /// Loudness before the limiter at a gain of 0 dB, in LUFS.
    pub before: f64,
}

/// A pass, and what came of it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Trial {
    /// In dB.
    pub gain: f64,
    /// In dBTP.
    pub ceiling: f64,
    /// In LUFS.
    pub loudness: f64,
    /// In dBTP.
    pub true_peak: f64,
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Next {
    Try {
        gain: f64,
        ceiling: f64,
    },
    /// The trial of this number is the one; what kept it from the loudness asked for.
    Take(usize, Limit),
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Limit {
    Nothing,
    Limiting,
    GainMax,
}

impl Goal {
    /// Loudness that the limiter costs.
    pub fn cost(&self, trial: &Trial) -> f64 {
        self.before + trial.gain - trial.loudness
    }

    /// How much louder than asked.
    fn error(&self, trial: &Trial) -> f64 {
        trial.loudness - self.loudness
    }

    /// What the trial meets, if it does.
    fn met(&self, trial: &Trial) -> Option<Limit> {
        let (error, cost) = (self.error(trial), self.cost(trial));
        let affordable = cost <= self.limiting + COST_TOLERANCE;
        if error.abs() <= LOUDNESS_TOLERANCE && affordable {
            Some(Limit::Nothing)
        } else if error < 0.0 && (cost - self.limiting).abs() <= COST_TOLERANCE {
            Some(Limit::Limiting)
        } else if error < 0.0 && affordable && trial.gain >= self.gain_max {
            Some(Limit::GainMax)
        } else {
            None
        }
    }

    /// What to do after these trials, at least one.
    pub fn next(&self, trials: &[Trial]) -> Next {
        let last = trials[trials.len() - 1];
        let over = last.true_peak - self.peak;
        // Lower by what a peak is over, and no other change, if the gain is right.
        let ceiling = if over > 0.0 { last.ceiling - over } else { last.ceiling };
        match self.met(&last) {
            Some(limit) if ceiling == last.ceiling => Next::Take(trials.len() - 1, limit),
            _ if trials.len() >= MOST_PASSES => self.best(trials),
            Some(_) => Next::Try { gain: last.gain, ceiling },
            None => Next::Try { gain: self.gain(trials), ceiling },
        }
    }

    /// The gain to try next.
    fn gain(&self, trials: &[Trial]) -> f64 {
        let error: Vec<_> = trials.iter().map(|trial| (trial.gain, self.error(trial))).collect();
        let cost = trials.iter().map(|trial| (trial.gain, self.cost(trial) - self.limiting));
        let cost: Vec<_> = cost.collect();
        let by_loudness = root(&error, [FIRST_SLOPE; 2], SLOPES);
        let by_cost = root(&cost, FIRST_LOSSES, LOSSES);
        by_loudness.min(by_cost).min(self.gain_max)
    }

    /// Of trials that all miss: the loudest that is not louder than asked, costs no more and has no peaks that
    /// are too high; else the one of the least gain.
    fn best(&self, trials: &[Trial]) -> Next {
        let allowed = |trial: &Trial| {
            self.error(trial) <= LOUDNESS_TOLERANCE
                && self.cost(trial) <= self.limiting + COST_TOLERANCE
                && trial.true_peak <= self.peak + PEAK_TOLERANCE
        };
        let all = || trials.iter().enumerate();
        let loudest =
            all().filter(|(_, trial)| allowed(trial)).max_by(|a, b| a.1.loudness.total_cmp(&b.1.loudness));
        let least = || all().min_by(|a, b| a.1.gain.total_cmp(&b.1.gain));
        let (best, trial) = loudest.or_else(least).expect("there is a trial");
        Next::Take(best, self.met(trial).unwrap_or(Limit::Limiting))
    }
}

/// Where a rising curve crosses 0: the points (x, y) of it that come closest are continued, with a slope within
/// bounds; if that leads away from between the points on both sides, the middle of these. `first_slopes`: below
/// 0 and above, while there is one point.
fn root(points: &[(f64, f64)], first_slopes: [f64; 2], bounds: (f64, f64)) -> f64 {
    let below = points.iter().filter(|(_, y)| *y <= 0.0).map(|(x, _)| *x).reduce(f64::max);
    let above = points.iter().filter(|(_, y)| *y > 0.0).map(|(x, _)| *x).reduce(f64::min);
    let mut near = points.to_vec();
    near.sort_by(|a, b| a.1.abs().total_cmp(&b.1.abs()));
    let slope = match near[..] {
        [a, b, ..] if a.0 != b.0 => ((a.1 - b.1) / (a.0 - b.0)).clamp(bounds.0, bounds.1),
        _ => first_slopes[usize::from(near[0].1 > 0.0)],
    };
    let crossing = near[0].0 - near[0].1 / slope;
    match (below, above) {
        (Some(below), Some(above)) if below < above && !(below < crossing && crossing < above) => {
            0.5 * (below + above)
        }
        _ => crossing,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOAL: Goal = Goal { loudness: -14.0, peak: -1.0, limiting: 1.5, gain_max: 20.0, before: -14.0 };

    /// Solves with a limiter that costs nothing up to `idle` dB and then `bend` LU per square dB, until all
    /// further gain is lost; the trials and what is taken.
    fn solve(goal: &Goal, idle: f64, bend: f64, over: f64) -> (Vec<Trial>, usize, Limit) {
        let loudness = |gain: f64| {
            let above = (gain - idle).max(0.0);
            let cost = if above < 0.5 / bend { bend * above * above } else { above - 0.25 / bend };
            goal.before + gain - cost
        };
        let mut trials = vec![];
        let (mut gain, mut ceiling) = (0.0, goal.peak - 0.03);
        loop {
            trials.push(Trial { gain, ceiling, loudness: loudness(gain), true_peak: ceiling + over });
            match goal.next(&trials) {
                Next::Try { gain: next, ceiling: lower } => (gain, ceiling) = (next, lower),
                Next::Take(i, limit) => return (trials, i, limit),
            }
        }
    }

    #[test]
    fn loudness_is_met_in_few_passes() {
        for before in [-16.0, -14.5, -14.0, -13.0] {
            for (idle, bend) in [(-3.0, 0.02), (0.0, 0.05), (-6.0, 0.01), (5.0, 0.1)] {
                let goal = Goal { before, limiting: 6.0, ..GOAL };
                let (trials, taken, limit) = solve(&goal, idle, bend, 0.0);
                assert_eq!(limit, Limit::Nothing);
                assert!((trials[taken].loudness + 14.0).abs() <= 0.03, "{trials:?}");
                assert!(trials.len() <= 4, "{before} {idle} {bend} {trials:?}");
            }
        }
    }

    #[test]
    fn the_cost_stops_what_would_cost_too_much() {
        for before in [-20.0, -17.0, -14.0] {
            for (idle, bend) in [(-3.0, 0.02), (0.0, 0.05), (2.0, 0.2), (-6.0, 0.01), (-8.0, 0.05)] {
                for limiting in [0.0, 0.5, 1.5, 3.0] {
                    let goal = Goal { before, limiting, loudness: -5.0, ..GOAL };
                    let (trials, taken, limit) = solve(&goal, idle, bend, 0.0);
                    assert_eq!(limit, Limit::Limiting, "{goal:?} {idle} {bend} {trials:?}");
                    assert!(
                        (goal.cost(&trials[taken]) - limiting).abs() <= 0.05,
                        "{goal:?} {idle} {bend} {trials:?}"
                    );
                }
            }
        }
    }

    #[test]
    fn the_gain_stops_at_its_most() {
        let goal = Goal { before: -40.0, gain_max: 7.0, ..GOAL };
        let (trials, taken, limit) = solve(&goal, 20.0, 0.1, 0.0);
        assert_eq!((limit, trials[taken].gain), (Limit::GainMax, 7.0));
        assert!(trials.len() <= 3);
    }

    #[test]
    fn peaks_that_are_over_lower_the_ceiling() {
        let (trials, taken, limit) = solve(&GOAL, -3.0, 0.02, 0.09);
        assert_eq!(limit, Limit::Nothing);
        assert!((trials[taken].ceiling - (-1.03 - 0.06)).abs() < 1e-12);
        assert!(trials[taken].true_peak <= -1.0 + 1e-12);
    }

    #[test]
    fn where_the_limiter_takes_all_gain_the_closest_that_is_not_louder_is_taken() {
        // Loudness that jumps over the goal.
        let mut trials: Vec<Trial> = vec![];
        let mut gain = 0.0;
        loop {
            let loudness = if gain < 1.0 { -15.0 + 0.1 * gain } else { -13.0 };
            trials.push(Trial { gain, ceiling: -1.03, loudness, true_peak: -1.03 });
            match (Goal { before: -15.0, ..GOAL }).next(&trials) {
                Next::Try { gain: next, .. } => gain = next,
                Next::Take(i, _) => {
                    assert_eq!(trials.len(), 8);
                    assert!(trials[i].loudness < -14.8 && trials[i].gain < 1.0, "{trials:?}");
                    return;
                }
            }
        }
    }
}
