// Normal equations of a small least-squares problem.

/// Normal equations of a small least-squares problem with two right-hand sides.
struct LeastSquares {
    let size: Int
    private let matrix: [Double]
    private let right: [SIMD2<Double>]

    /// Equations of a square matrix, row by row.
    init(matrix: [Double], right: [SIMD2<Double>]) {
        size = right.count
        self.matrix = matrix
        self.right = right
    }

    /// Gaussian elimination with pivots; nil when the equations do not determine the terms.
    func solved(damping: [Double]) -> [SIMD2<Double>]? {
        var (a, b) = (matrix, right)
        for i in 0..<size { a[i * size + i] += damping[i] }
        for column in 0..<size {
            let pivot = (column..<size).max {
                abs(a[$0 * size + column]) < abs(a[$1 * size + column])
            }
            guard let pivot, abs(a[pivot * size + column]) > 1e-12 else { return nil }
            if pivot != column {
                for j in 0..<size { a.swapAt(pivot * size + j, column * size + j) }
                b.swapAt(pivot, column)
            }
            for row in column + 1..<size {
                let factor = a[row * size + column] / a[column * size + column]
                if factor == 0 { continue }
                for j in column..<size { a[row * size + j] -= factor * a[column * size + j] }
                b[row] -= b[column] * factor
            }
        }
        for row in stride(from: size - 1, through: 0, by: -1) {
            for j in row + 1..<max(size, row + 1) where j < size {
                b[row] -= b[j] * a[row * size + j]
            }
            b[row] /= a[row * size + row]
        }
        return b
    }
}
