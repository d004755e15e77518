// How an asset's file repeats: side by side, half-dropped or in courses.

/// How copies of a repeat lie beside each other.
public enum RepeatShape: String, Hashable, Sendable, Codable, CaseIterable {
    /// Side by side and below each other.
    case rectangular
    /// Each column lies half a repeat lower than the one to its left.
    case halfDrop
    /// Each row lies half a repeat further right than the one above it.
    case brick

    /// The two steps from a repeat to its neighbours, in pixels, as columns.
    func basis(width: Int, height: Int) -> Matrix2 {
        let wide = Double(width), high = Double(height)
        return switch self {
        case .rectangular: Matrix2(wide, 0, 0, high)
        case .halfDrop: Matrix2(wide, 0, high / 2, high)
        case .brick: Matrix2(wide, wide / 2, 0, high)
        }
    }

    /// The pixel of the file that shows at a place outside of it.
    func wrapped(x: Int, y: Int, width: Int, height: Int) -> (x: Int, y: Int) {
        let column = floorDivide(x, width), row = floorDivide(y, height)
        return switch self {
        case .rectangular: (x - column * width, y - row * height)
        case .halfDrop: (x - column * width, modulo(y - column * height / 2, height))
        case .brick: (modulo(x - row * width / 2, width), y - row * height)
        }
    }
}

/// The greatest whole number of times that a positive number goes into another.
func floorDivide(_ number: Int, _ by: Int) -> Int {
    number >= 0 ? number / by : -((by - 1 - number) / by)
}

/// The rest of a division, never negative.
func modulo(_ number: Int, _ by: Int) -> Int { number - floorDivide(number, by) * by }

/// A 2 x 2 matrix, row by row.
struct Matrix2: Hashable, Sendable {
    var a: Double
    var b: Double
    var c: Double
    var d: Double

    init(_ a: Double, _ b: Double, _ c: Double, _ d: Double) {
        (self.a, self.b, self.c, self.d) = (a, b, c, d)
    }

    var determinant: Double { a * d - b * c }

    var inverse: Matrix2 {
        let scale = 1 / determinant
        return Matrix2(d * scale, -b * scale, -c * scale, a * scale)
    }

    static func * (left: Matrix2, right: Matrix2) -> Matrix2 {
        Matrix2(
            left.a * right.a + left.b * right.c, left.a * right.b + left.b * right.d,
            left.c * right.a + left.d * right.c, left.c * right.b + left.d * right.d)
    }

    /// How much longer the longest image of a circle's radius is than the shortest, minus one.
    var anisotropy: Double {
        let sum = (a * a + b * b + c * c + d * d) / 2
        let difference = (sum * sum - determinant * determinant).squareRoot()
        return ((sum + difference) / max(sum - difference, 1e-12)).squareRoot() - 1
    }
}
