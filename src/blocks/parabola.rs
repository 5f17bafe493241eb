//! Parabolic interpolation of a peak or a trough between samples (J. O. Smith, *Spectral Audio Signal
//! Processing*, "Quadratic interpolation of spectral peaks").

/// The vertex of a parabola.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Vertex {
    /// Its distance from the middle sample, in samples.
    pub shift: f64,
    pub value: f64,
}

/// The vertex of the parabola through three neighbouring samples, or the middle one of them if the vertex
/// does not lie within a sample of it.
pub(crate) fn vertex(before: f64, at: f64, after: f64) -> Vertex {
    let curvature = after + before - 2.0 * at;
    let slope = (after - before) / 2.0;
    let shift = if slope.abs() >= curvature.abs() { 0.0 } else { -slope / curvature };
    Vertex { shift, value: at + 0.5 * slope * shift }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_vertex_is_found_where_it_is_near() {
        let f = |x: f64| 3.0 - 2.0 * (x - 0.3).powi(2);
        let found = vertex(f(-1.0), f(0.0), f(1.0));
        assert!((found.shift - 0.3).abs() < 1e-15 && (found.value - 3.0).abs() < 1e-15, "{found:?}");
        assert_eq!(vertex(1.0, 2.0, 3.0), Vertex { shift: 0.0, value: 2.0 });
        assert_eq!(vertex(1.0, 1.0, 1.0), Vertex { shift: 0.0, value: 1.0 });
    }
}
