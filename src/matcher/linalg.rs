//! The few dense operations that training needs: blocked Cholesky factorisation and triangular
//! solves, over the matrix product of `ndarray`.

use std::ops::Range;

use ndarray::linalg::general_mat_mul;
use ndarray::{Array2, ArrayView2, ArrayViewMut2, Axis, Slice};

/// Rows handled at a time; a block of that size fits the cache.
const BLOCK: usize = 96;
/// The least pivot: keeps a factorisation going where rows are equal up to rounding.
const MIN_PIVOT: f32 = 1e-6;

/// Some rows and columns of a matrix.
fn part(matrix: ArrayView2<'_, f32>, rows: Range<usize>, columns: Range<usize>) -> ArrayView2<'_, f32> {
    matrix.slice_axis_move(Axis(0), Slice::from(rows)).slice_axis_move(Axis(1), Slice::from(columns))
}

/// Some rows and columns of a matrix, to be written.
fn part_mut(matrix: ArrayViewMut2<'_, f32>, rows: Range<usize>, columns: Range<usize>) -> ArrayViewMut2<'_, f32> {
    matrix.slice_axis_move(Axis(0), Slice::from(rows)).slice_axis_move(Axis(1), Slice::from(columns))
}

/// Replaces the lower triangle of a symmetric positive definite matrix by its Cholesky factor `L`,
/// where `A = L·Lᵀ`. What is above the diagonal is left as it is.
pub fn cholesky(matrix: &mut Array2<f32>) {
    let size = matrix.nrows();
    for start in (0..size).step_by(BLOCK) {
        let end = (start + BLOCK).min(size);
        for row in start..size {
            for column in start..end.min(row + 1) {
                let own = part(matrix.view(), row..row + 1, start..column);
                let other = part(matrix.view(), column..column + 1, start..column);
                let rest = matrix[[row, column]] - own.row(0).dot(&other.row(0));
                matrix[[row, column]] = if row == column {
                    rest.max(MIN_PIVOT).sqrt()
                } else {
                    rest / matrix[[column, column]]
                };
            }
        }
        let panel = part(matrix.view(), end..size, start..end).to_owned();
        let below = panel.nrows();
        for column in (end..size).step_by(BLOCK) {
            let last = (column + BLOCK).min(size);
            general_mat_mul(
                -1.0,
                &part(panel.view(), column - end..below, 0..panel.ncols()),
                &part(panel.view(), column - end..last - end, 0..panel.ncols()).t(),
                1.0,
                &mut part_mut(matrix.view_mut(), column..size, column..last),
            );
        }
    }
}

/// Replaces `X` by the solution of `L·Z = X`, for a lower triangular `L`.
pub fn solve_lower(factor: &Array2<f32>, right: &mut Array2<f32>) {
    let size = factor.nrows();
    for start in (0..size).step_by(BLOCK) {
        let end = (start + BLOCK).min(size);
        let (solved, rest) = right.view_mut().split_at(Axis(0), start);
        let (mut block, _) = rest.split_at(Axis(0), end - start);
        general_mat_mul(-1.0, &part(factor.view(), start..end, 0..start), &solved, 1.0, &mut block);
        for row in 0..end - start {
            let (above, mut below) = block.view_mut().split_at(Axis(0), row);
            let mut current = below.row_mut(0);
            for (column, known) in above.rows().into_iter().enumerate() {
                current.scaled_add(-factor[[start + row, start + column]], &known);
            }
            let pivot = factor[[start + row, start + row]];
            current.mapv_inplace(|value| value / pivot);
        }
    }
}

/// Replaces `X` by the solution of `Lᵀ·Z = X`, for a lower triangular `L`.
pub fn solve_lower_transposed(factor: &Array2<f32>, right: &mut Array2<f32>) {
    let size = factor.nrows();
    let starts: Vec<usize> = (0..size).step_by(BLOCK).collect();
    for &start in starts.iter().rev() {
        let end = (start + BLOCK).min(size);
        let (head, solved) = right.view_mut().split_at(Axis(0), end);
        let (_, mut block) = head.split_at(Axis(0), start);
        general_mat_mul(-1.0, &part(factor.view(), end..size, start..end).t(), &solved, 1.0, &mut block);
        for row in (0..end - start).rev() {
            let (mut above, below) = block.view_mut().split_at(Axis(0), row + 1);
            let mut current = above.row_mut(row);
            for (offset, known) in below.rows().into_iter().enumerate() {
                current.scaled_add(-factor[[start + row + 1 + offset, start + row]], &known);
            }
            let pivot = factor[[start + row, start + row]];
            current.mapv_inplace(|value| value / pivot);
        }
    }
}

/// The lower triangle of `X·Xᵀ` (what is above it is not meaningful).
#[must_use]
pub fn gram(rows: &Array2<f32>) -> Array2<f32> {
    let size = rows.nrows();
    let mut product = Array2::zeros((size, size));
    let step = 4 * BLOCK;
    for start in (0..size).step_by(step) {
        let end = (start + step).min(size);
        general_mat_mul(
            1.0,
            &part(rows.view(), start..size, 0..rows.ncols()),
            &part(rows.view(), start..end, 0..rows.ncols()).t(),
            0.0,
            &mut part_mut(product.view_mut(), start..size, start..end),
        );
    }
    product
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A symmetric positive definite matrix that spans several blocks.
    fn matrix(size: usize) -> Array2<f32> {
        Array2::from_shape_fn((size, size), |(row, column)| {
            let distance = row.abs_diff(column) as f32;
            (-0.1 * distance).exp() + if row == column { 0.5 } else { 0.0 }
        })
    }

    #[test]
    fn factors_and_solves_undo_the_product() {
        let size = 2 * BLOCK + 17;
        let original = matrix(size);
        let expected = Array2::from_shape_fn((size, 3), |(row, column)| (row * (column + 1)) as f32 % 7.0);
        let mut solution = original.dot(&expected);
        let mut factor = original;
        cholesky(&mut factor);
        solve_lower(&factor, &mut solution);
        solve_lower_transposed(&factor, &mut solution);
        let worst = (&solution - &expected).iter().fold(0.0f32, |worst, x| worst.max(x.abs()));
        assert!(worst < 1e-3, "{worst}");
    }

    #[test]
    fn gram_is_the_lower_triangle_of_the_product() {
        let rows = Array2::from_shape_fn((500, 9), |(row, column)| ((row * 31 + column * 7) % 11) as f32);
        let (ours, plain) = (gram(&rows), rows.dot(&rows.t()));
        for row in 0..500 {
            for column in 0..=row {
                assert!((ours[[row, column]] - plain[[row, column]]).abs() < 1e-2);
            }
        }
    }
}
