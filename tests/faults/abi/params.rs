//! A parameter struct as hosts of older, newer and broken headers pass it.

use super::bytes::Bytes;
use super::succeeded;

/// A parameter struct of the header.
pub trait Parameters {
    type Params: Copy;

    fn init(params: *mut Self::Params, size: usize) -> i32;
    fn vary(params: &mut Self::Params, bytes: &mut Bytes);
}

macro_rules! params {
    ($({$($generic:tt)*})? $of:ty, $params:ty, $init:path, [$($field:ident)*]) => {
        impl $(<$($generic)*>)? $crate::abi::params::Parameters for $of {
            type Params = $params;

            fn init(params: *mut $params, size: usize) -> i32 {
                // SAFETY: the caller has `size` bytes, or `size` is not one that is written.
                unsafe { $init(params, size) }
            }
            fn vary(params: &mut $params, bytes: &mut $crate::abi::bytes::Bytes) {
                $($crate::abi::bytes::Field::vary(&mut params.$field, bytes);)*
            }
        }
    };
}
pub(super) use params;

/// The struct's memory, exactly as long as its struct_size says, so that a read beyond it is found.
pub struct Params<K: Parameters> {
    words: Vec<u64>,
    pointer: *const K::Params,
    /// What the library makes of it.
    pub meant: K::Params,
}

impl<K: Parameters> Params<K> {
    /// `prepare` changes the defaults before the bytes do.
    pub fn new(bytes: &mut Bytes, prepare: impl FnOnce(&mut K::Params)) -> Self {
        let word = size_of::<u64>();
        let known = size_of::<K::Params>();
        let size = match bytes.byte() {
            0..=191 => known,
            192..=207 => word * (1 + bytes.below(known / word)),
            208..=223 => known + word * (1 + bytes.below(8)),
            224..=239 => 4096,
            _ => bytes.word() as usize,
        };
        let valid = (word..=4096).contains(&size) && size.is_multiple_of(word);
        let mut words = vec![0; if valid { size / word } else { known.div_ceil(word) }];
        let mut meant = defaults::<K>();
        if valid {
            assert!(succeeded(K::init(words.as_mut_ptr().cast(), size)));
            assert_eq!(words[0] as usize, size);
        } else {
            assert!(!succeeded(K::init(words.as_mut_ptr().cast(), size)));
        }
        prepare(&mut meant);
        K::vary(&mut meant, bytes);
        // SAFETY: both hold as many bytes; the first word is struct_size.
        unsafe {
            let copied = known.min(words.len() * word);
            std::ptr::copy_nonoverlapping((&raw const meant).cast::<u8>(), words.as_mut_ptr().cast(), copied);
            words[0] = size as u64;
            // Fields that an older caller does not know have their defaults.
            meant = defaults::<K>();
            std::ptr::copy_nonoverlapping(words.as_ptr().cast::<u8>(), (&raw mut meant).cast(), copied);
        }
        if words.len() > known.div_ceil(word) && bytes.rarely(64) {
            *words.last_mut().expect("not empty") = bytes.word();
        }
        let mut pointer = words.as_ptr().cast::<K::Params>();
        match bytes.byte() {
            0..=239 => {}
            240..=251 => {
                pointer = std::ptr::null();
                meant = defaults::<K>();
            }
            _ => pointer = pointer.wrapping_byte_add(1),
        }
        Self { words, pointer, meant }
    }

    pub fn pointer(&self) -> *const K::Params {
        debug_assert!(!self.words.is_empty());
        self.pointer
    }
}

pub fn defaults<K: Parameters>() -> K::Params {
    let mut params = std::mem::MaybeUninit::<K::Params>::zeroed();
    assert!(succeeded(K::init(params.as_mut_ptr(), size_of::<K::Params>())));
    // SAFETY: init filled all of it; the struct is plain integers and doubles.
    unsafe { params.assume_init() }
}
