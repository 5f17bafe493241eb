//! Solvers, fed in blocks of any size.

use super::MOST_WORK;
use super::bytes::Bytes;
use super::given::{case_of, max_block};
use crate::model::{Solver, Solving, last_error, succeeded};

pub fn run(solver: &'static Solver, data: &[u8]) {
    let bytes = &mut Bytes::new(data);
    let Some((_given, case)) = case_of(&solver.new, bytes) else { return };
    let max_block = max_block(bytes);
    solver.free.call(&[0]);
    if (solver.work)(&case) > MOST_WORK {
        return;
    }
    let made = Solving::new(solver, &case, max_block);
    assert!(made.is_ok() || !last_error().is_empty());
    let Ok(mut solving) = made else { return };
    let finite = case.input.iter().all(|x| x.is_finite());
    assert_eq!(solving.process(&case.input).is_some(), finite, "{}", last_error());
    solving.reset();
    if finite {
        solving.run_in_every_way(&case.input, (1 + bytes.below(1 << 14)).min(max_block));
    } else {
        let mut blocks = case.input.chunks(max_block.min(case.len) * case.channels);
        assert!(blocks.any(|block| !succeeded(solving.push(block))), "accepted samples that are not finite");
        solving.reset();
    }
}
