use super::*;

struct Operations<'a>(&'a [f64], &'a [f64], &'a mut [Vec<f64>]);

impl Kernel for Operations<'_> {
    type Output = ();

    #[inline(always)]
    fn run<V: Vector>(self) {
        for i in (0..self.0.len()).step_by(V::LANES) {
            let (a, b) = (V::load(&self.0[i..]), V::load(&self.1[i..]));
            let results = [
                a.add(b),
                a.sub(b),
                a.mul(b),
                a.div(b),
                b.mul(b).sqrt(),
                a.min(b),
                a.max(b),
                a.select_ge(b, V::splat(1.0), a),
                a.prefix_sums4(),
            ];
            for (result, out) in results.iter().zip(self.2.iter_mut()) {
                result.store(&mut out[i..]);
            }
        }
    }
}

#[test]
fn every_set_gives_the_same_bits() {
    let a: Vec<f64> = (0..16).map(|i| (f64::from(i) * 0.7 + 0.1).sin()).collect();
    let b: Vec<f64> = (0..16).map(|i| if i % 5 == 0 { a[i] } else { (i as f64 * 1.3).cos() }).collect();
    let results = |instructions| {
        let mut out = vec![vec![0.0; 16]; 9];
        run(instructions, Operations(&a, &b, &mut out));
        out
    };
    let expected = results(InstructionSet::PORTABLE);
    assert_eq!(expected[0][3], a[3] + b[3]);
    assert_eq!(expected[7][5], 1.0);
    assert_eq!(expected[8][6], (a[6] + a[5]) + a[4]);
    for instructions in InstructionSet::available() {
        assert_eq!(results(*instructions), expected, "{instructions:?}");
    }
}

struct Shuffles<'a>(&'a [f64], &'a mut [Vec<f64>; 5]);

impl Kernel for Shuffles<'_> {
    type Output = ();

    #[inline(always)]
    fn run<V: Vector>(self) {
        let [real, imaginary, low, high, columns] = self.1;
        let pairs = V::load_interleaved(self.0);
        pairs.0.store(real);
        pairs.1.store(imaginary);
        let twice = V::load(self.0).duplicate();
        twice.0.store(low);
        twice.1.store(high);
        let mut square = [V::splat(0.0); 8];
        for (i, row) in square[..V::LANES].iter_mut().enumerate() {
            *row = V::load(&self.0[8 * i..]);
        }
        V::transpose(&mut square);
        for (i, row) in square[..V::LANES].iter().enumerate() {
            row.store(&mut columns[8 * i..]);
        }
    }
}

#[test]
fn shuffles_keep_the_order_of_elements() {
    let from: Vec<f64> = (0..64).map(f64::from).collect();
    for instructions in InstructionSet::available() {
        let lanes = if instructions.name() == "avx512" { 8 } else { 4 };
        let mut out = std::array::from_fn(|_| vec![0.0; 64]);
        run(*instructions, Shuffles(&from, &mut out));
        for i in 0..lanes {
            assert_eq!((out[0][i], out[1][i]), (from[2 * i], from[2 * i + 1]), "{instructions:?}");
            assert_eq!((out[2][i], out[3][i]), (from[i / 2], from[(lanes + i) / 2]), "{instructions:?}");
            for j in 0..lanes {
                assert_eq!(out[4][8 * i + j], from[8 * j + i], "{instructions:?}");
            }
        }
    }
}

#[test]
fn a_scope_asks_for_its_set_and_restores() {
    let before = InstructionSet::best();
    assert_eq!(InstructionSet::PORTABLE.scope(InstructionSet::best), InstructionSet::PORTABLE);
    assert_eq!(InstructionSet::best(), before);
}
