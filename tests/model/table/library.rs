//! The library as a whole.

use auralis_dsp::ffi::status::*;

use crate::function;
use crate::model::Model;

pub fn fill(model: &mut Model) {
    model.about.extend([
        function!(auralis_status_message(status)),
        function!(auralis_last_error(buffer, capacity)),
        function!(auralis_version()),
        function!(auralis_abi_version()),
    ]);
}
