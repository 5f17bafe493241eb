//! Where the values of a matrix of rows and frames go.

/// A value goes to its row times `row` plus its frame, counted from `first`, times `column`.
#[derive(Clone, Copy)]
pub(crate) struct Place {
    pub row: usize,
    pub column: usize,
    first: usize,
}

impl Place {
    /// All rows of a frame, `n_rows`, one after the other: the order of a stream. Frames begin with `first`.
    pub fn frame_by_frame(n_rows: usize, first: usize) -> Self {
        Self { row: 1, column: n_rows, first }
    }

    /// All frames of a row, `n_frames`, one after the other: the order of a whole signal.
    pub fn row_by_row(n_frames: usize) -> Self {
        Self { row: n_frames, column: 1, first: 0 }
    }

    pub fn index(&self, row: usize, frame: usize) -> usize {
        row * self.row + (frame - self.first) * self.column
    }
}
