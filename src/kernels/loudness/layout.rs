//! Where the loudspeakers of the channels stand, and what BS.1770 makes of it.

use ebur128::Channel;

use crate::blocks::error::{Result, require};

/// Bits of a channel mask, which are those of WAVE files.
const FRONT: u32 = 1 << 2;
const LFE: u32 = 1 << 3;
const BACK: u32 = 1 << 4 | 1 << 5;
const BACK_CENTRE: u32 = 1 << 8;
const SIDE: u32 = 1 << 9 | 1 << 10;
/// One past the highest bit.
const END: u32 = 1 << 18;

/// The mask of so many channels where nothing says what they are; 0 if there is no usual one.
fn usual(n_channels: usize) -> u32 {
    const STEREO: u32 = 1 << 0 | 1 << 1;
    const FIVE: u32 = STEREO | FRONT | BACK;
    match n_channels {
        1 => FRONT,
        2 => STEREO,
        3 => STEREO | FRONT,
        4 => STEREO | BACK,
        5 => FIVE,
        6 => FIVE | LFE,
        7 => STEREO | FRONT | LFE | BACK_CENTRE | SIDE,
        8 => FIVE | LFE | SIDE,
        _ => 0,
    }
}

/// What each channel is to the meter: it weighs surround channels 1.41, unused ones 0 and all others 1.
///
/// By table 4 of BS.1770-4 (annex 3) a loudspeaker at ear level weighs 1.41 between 60° and 120° from the
/// front. Those are the side channels, and without them the back ones, which then stand at 110°, not 135°.
/// Channels without a place weigh 1.
pub(super) fn channels(n_channels: usize, mask: u32) -> Result<impl Iterator<Item = Channel>> {
    let places = mask.count_ones() as usize;
    require(
        mask == 0 || mask < END && places == n_channels,
        "channel_mask",
        format_args!("{mask:#x} ({places} channels)"),
        format_args!("0, or {n_channels} bits of those up to {:#x}", END >> 1),
    )?;
    let mask = if mask == 0 { usual(n_channels) } else { mask };
    let surround = if mask & SIDE != 0 { SIDE } else { BACK };
    let bits = (0..END.trailing_zeros()).map(|i| 1 << i).filter(move |bit| mask & bit != 0);
    let channel = move |bit: Option<u32>| match bit {
        Some(LFE) => Channel::Unused,
        Some(bit) if bit & surround != 0 => Channel::LeftSurround,
        _ => Channel::Center,
    };
    Ok(bits.map(Some).chain(std::iter::repeat(None)).take(n_channels).map(channel))
}
