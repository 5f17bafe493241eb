//! The parameter structs: their fields, values out of range, and the limits of the ranges.

use auralis_dsp::ffi::fields::{Allowed, Field as DeclaredField, Type};

use super::function::{Function, Kind};
use super::header;

/// Fields and their values. Numbers of 32 bits are told as doubles, which hold them exactly.
pub type Settings = &'static [(&'static str, f64)];

pub struct Params {
    pub name: &'static str,
    pub size: usize,
    pub init: Function,
    /// Functions that fill it with other values than the defaults, by a number.
    pub presets: Vec<Function>,
    pub fields: Vec<Field>,
    /// What must be set so that every function with this struct takes it, streams too.
    pub base: Settings,
    /// What must be set besides at this sample rate.
    pub at_rate: fn(f64) -> Settings,
    /// What makes a call for few samples quick, and gives it some frames.
    pub quick: Settings,
}

pub struct Field {
    pub name: &'static str,
    offset: usize,
    c_type: Type,
    allowed: Allowed,
    /// Values that are refused beside the defaults of the other fields.
    pub bad: Vec<f64>,
    /// The least and the largest value of a range, beside what else must be set so that they are allowed.
    limits: &'static [Settings],
}

/// A row of the table: a field, its bad values and its limits.
pub type Row = (&'static str, &'static [f64], &'static [Settings]);

/// A struct and the function that fills it, with rows for the numbers whose ranges only the kernel knows:
/// `field: bad values; [limit; other = value …] …`. What the other fields may hold is told by the struct.
#[macro_export]
macro_rules! params {
    ($params:ident $init:ident { $(
        $field:ident: $($bad:expr),*; $([$limit:expr $(; $($other:ident = $with:expr),*)?])*
    )* }) => {
        $crate::model::Params::of($crate::function!($init(params, size)), $params::FIELDS, &[$((
            stringify!($field),
            &[$($bad),*],
            &[$(&[(stringify!($field), $limit) $($(, (stringify!($other), $with))*)?]),*],
        )),*])
    };
}

impl Params {
    /// The struct that `init` fills.
    pub fn of(init: Function, declared: &[DeclaredField], rows: &[Row]) -> Self {
        let name = init.params().expect("a function that fills a struct");
        let header = header::structs().iter().find(|declared| declared.name == name).expect(name);
        assert_eq!(header.members.first(), Some(&("size_t", "struct_size")), "{name}");
        let mut size = size_of::<usize>();
        let mut fields = vec![];
        for &(of, field) in &header.members[1..] {
            let declared = declared.iter().find(|declared| declared.name == field).expect(field);
            let (c_type, bytes) = match of {
                "double" => (Type::Double, 8),
                "uint32_t" => (Type::Uint32, 4),
                other => panic!("{field} of {name} is a {other}"),
            };
            let offset = size.next_multiple_of(bytes);
            size = offset + bytes;
            assert_eq!((declared.c_type, declared.offset), (c_type, offset), "{field} of {name}");
            let row = rows.iter().find(|row| row.0 == field);
            let is_range = declared.allowed == Allowed::KernelSays;
            assert_eq!(row.is_some(), is_range, "a row for {field} of {name} is needed, or is not");
            let bad = match declared.allowed {
                Allowed::KernelSays => row.expect("as asserted").1.to_vec(),
                Allowed::Range(low, high) => beyond(low, high, c_type),
                Allowed::Flag => vec![2.0, u32::MAX.into()],
                Allowed::OneOf(constants) => vec![
                    constants.iter().map(|(_, value)| *value).max().map_or(0.0, |most| (most + 1).into()),
                    u32::MAX.into(),
                ],
                Allowed::Zero => vec![1.0, u32::MAX.into()],
            };
            let limits = row.map_or(&[][..], |row| row.2);
            fields.push(Field { name: field, offset, c_type, allowed: declared.allowed, bad, limits });
        }
        assert_eq!(fields.len(), declared.len(), "{name} has the fields of the header");
        assert!(rows.iter().all(|row| fields.iter().any(|field| field.name == row.0)), "{name}");
        Self {
            name,
            size: size.next_multiple_of(8),
            init,
            presets: vec![],
            fields,
            base: &[],
            at_rate: |_| &[],
            quick: &[],
        }
    }

    /// Settings with `field` at each limit of its range, or at each value that it may have.
    pub fn limits(&self, field: &Field) -> Vec<Vec<(&'static str, f64)>> {
        let values = match field.allowed {
            Allowed::KernelSays => return field.limits.iter().map(|limit| limit.to_vec()).collect(),
            Allowed::Range(low, high) => vec![low, high],
            Allowed::Flag => vec![0.0, 1.0],
            Allowed::OneOf(constants) => constants.iter().map(|(_, value)| (*value).into()).collect(),
            Allowed::Zero => vec![0.0],
        };
        let small = |value| [self.quick, &[(field.name, value)]].concat();
        values.into_iter().map(small).collect()
    }

    pub fn has(&self, name: &str) -> bool {
        self.fields.iter().any(|field| field.name == name)
    }

    pub fn field(&self, name: &str) -> &Field {
        let field = self.fields.iter().find(|field| field.name == name);
        field.unwrap_or_else(|| panic!("{} has no field {name}", self.name))
    }

    /// Bytes from the struct's beginning to the end of the last of these fields.
    pub fn end_of(&self, settings: Settings) -> usize {
        settings.iter().map(|(name, _)| self.field(name).offset + 8).max().unwrap_or(8)
    }

    /// Fills `size` bytes at `place` by each function that can, the defaults last; the statuses.
    pub fn fill(&self, place: u64, size: usize) -> impl Iterator<Item = i32> {
        self.presets.iter().chain([&self.init]).map(move |function| {
            function.status_with(|argument| match argument.kind {
                Kind::ParamsOut => place,
                Kind::StructSize => size as u64,
                Kind::Number { good, .. } => good.into(),
                other => panic!("{}, a {other:?}, fills no struct", argument.name),
            })
        })
    }

    /// Calls each function that fills the struct, in memory of its own.
    pub fn fill_all(&self) {
        let mut words = [0_u64; 512];
        let place = words.as_mut_ptr().expose_provenance() as u64;
        self.fill(place, self.size).for_each(|status| assert_eq!(status, 0, "{}", super::last_error()));
    }

    /// The defaults in memory of `size` bytes.
    pub fn defaults_in(&'static self, size: usize) -> Struct {
        let mut words = vec![0; size.div_ceil(size_of::<u64>())];
        let place = words.as_mut_ptr().expose_provenance() as u64;
        self.fill(place, size).for_each(|status| assert_eq!(status, 0, "{}", super::last_error()));
        Struct { params: self, words }
    }

    pub fn defaults(&'static self) -> Struct {
        self.defaults_in(self.size)
    }
}

impl Field {
    /// Whether it has no meaning yet.
    pub fn is_reserved(&self) -> bool {
        self.allowed == Allowed::Zero
    }

    pub fn is_double(&self) -> bool {
        self.c_type == Type::Double
    }
}

/// Values of a type just outside a range, and those outside every range.
fn beyond(low: f64, high: f64, c_type: Type) -> Vec<f64> {
    match c_type {
        Type::Double => vec![low.next_down(), high.next_up(), f64::NAN, f64::INFINITY, f64::NEG_INFINITY],
        Type::Uint32 => {
            let representable = |value: &f64| (0.0..=u32::MAX.into()).contains(value);
            [low - 1.0, high + 1.0, u32::MAX.into()].into_iter().filter(representable).collect()
        }
    }
}

/// A parameter struct in memory.
#[derive(Clone)]
pub struct Struct {
    pub params: &'static Params,
    pub words: Vec<u64>,
}

impl Struct {
    pub fn address(&self) -> u64 {
        self.words.as_ptr().expose_provenance() as u64
    }

    pub fn get(&self, name: &str) -> f64 {
        let field = self.params.field(name);
        let bytes = self.words[field.offset / 8].to_ne_bytes();
        if field.is_double() {
            f64::from_ne_bytes(bytes)
        } else {
            let half = bytes[field.offset % 8..][..4].try_into().expect("four bytes");
            u32::from_ne_bytes(half).into()
        }
    }

    pub fn set(&mut self, name: &str, value: f64) {
        let field = self.params.field(name);
        let word = &mut self.words[field.offset / 8];
        if field.is_double() {
            *word = value.to_bits();
        } else {
            let mut bytes = word.to_ne_bytes();
            bytes[field.offset % 8..][..4].copy_from_slice(&(value as u32).to_ne_bytes());
            *word = u64::from_ne_bytes(bytes);
        }
    }

    pub fn with(mut self, settings: &[(&str, f64)]) -> Self {
        for (name, value) in settings {
            self.set(name, *value);
        }
        self
    }
}
