// Normal equations of a small least-squares problem.

/// Normal equations of a small least-squares problem with two right-hand sides.
struct LeastSquares {
    let size: Int
    private var matrix: [Double]
    private var right: [SIMD2<Double>]

    init(size: Int) {
        self.size = size
        matrix = Array(repeating: 0, count: size * size)
        right = Array(repeating: .zero, count: size)
    }

    mutating func add(_ row: [Double], _ value: SIMD2<Double>) {
        for i in 0..<size {
            for j in 0..<size { matrix[i * size + j] += row[i] * row[j] }
            right[i] += value * row[i]
        }
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
