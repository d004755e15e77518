// Which correspondences a map explains, modulo a repeat's cell, and the equations of a better map.

internal import CKernels

/// Pairs of places, in a picture and on a repeat, that are tried against maps.
public struct SeedSupport: Sendable {
    /// Marks need so much room beyond the last pair.
    public static let room = 8

    private let x, y, u, v: [Float]
    /// A bit for each pair, 1 for the last of those with its number.
    private let ends: [UInt64]
    private let cell: SIMD2<Float>

    /// Pairs of places.
    ///
    /// - Parameters:
    ///   - cell: The repeat's cell, which has a size.
    ///   - numbers: What counts once however many pairs have it; pairs of one number lie side by
    ///     side. Without numbers each pair counts.
    public init(
        found: [SIMD2<Float>], licensed: [SIMD2<Float>], cell: SIMD2<Float>, numbers: [Int32]? = nil
    ) {
        x = found.map { $0.x }
        y = found.map { $0.y }
        u = licensed.map { $0.x }
        v = licensed.map { $0.y }
        var ends = [UInt64](repeating: .max, count: found.count / 64 + 1)
        if let numbers {
            for place in numbers.indices.dropLast() where numbers[place] == numbers[place + 1] {
                ends[place / 64] &= ~(1 << UInt64(place % 64))
            }
        }
        self.ends = ends
        self.cell = cell
    }

    /// Marks the pairs that the map through one pair explains.
    ///
    /// - Parameters:
    ///   - seed: The pair's place in the list.
    ///   - map: The linear map from the picture to the repeat: its first and second row.
    ///   - reach: How far from the seed pairs may lie in the picture.
    ///   - limit: How far from their place on the repeat they may be brought.
    ///   - marks: Set to 1 for those that are explained, else to 0; with `room` beyond the last.
    public func mark(
        seed: Int, map: (SIMD2<Float>, SIMD2<Float>), reach: Float, limit: Float,
        into marks: inout [UInt8]
    ) {
        precondition(marks.count >= x.count + Self.room, "Marks have room beyond the last pair.")
        var plain = selvage_seed(
            x: x[seed], y: y[seed], u: u[seed], v: v[seed], u_across: map.0.x, u_down: map.0.y,
            v_across: map.1.x, v_down: map.1.y)
        withPairs { pairs in selvage_support(pairs, &plain, reach, limit, &marks) }
    }

    /// Marks the pairs that a smooth map explains.
    ///
    /// - Parameters:
    ///   - terms: For 1, x, y and, when it bends, xx, xy, yy: the repeat's two coordinates.
    ///   - centre: Where x and y are nothing, in the picture.
    ///   - unit: The picture's pixels for one unit of x and y.
    ///   - reach: How many units from the centre pairs may lie.
    public func mark(
        terms: [SIMD2<Double>], centre: SIMD2<Float>, unit: Float, reach: Float, limit: Float,
        into marks: inout [UInt8]
    ) {
        precondition(marks.count >= x.count + Self.room, "Marks have room beyond the last pair.")
        var map = Self.plain(terms, centre, unit)
        withPairs { pairs in selvage_smooth_support(pairs, &map, reach, limit, &marks) }
    }

    /// How many different numbers the marked pairs have.
    public func distinct(_ marks: [UInt8]) -> Int {
        precondition(marks.count >= x.count + Self.room, "Marks have room beyond the last pair.")
        return selvage_distinct(marks, ends, x.count)
    }

    /// The normal equations of a map's first 3 or 6 terms over the marked pairs, each moved by whole
    /// cells to where the map expects it.
    public func equations(
        of size: Int, terms: [SIMD2<Double>], centre: SIMD2<Float>, unit: Float, marks: [UInt8]
    ) -> (matrix: [Double], right: [SIMD2<Double>]) {
        precondition(size == 3 || size == 6, "A map has three terms or six.")
        precondition(marks.count >= x.count, "There is a mark for each pair.")
        var map = Self.plain(terms, centre, unit)
        var matrix = [Double](repeating: 0, count: size * size)
        var (across, down) = ([Double](repeating: 0, count: size), matrix)
        withPairs { pairs in
            selvage_map_equations(pairs, &map, marks, Int32(size), &matrix, &across, &down)
        }
        return (matrix, (0..<size).map { SIMD2(across[$0], down[$0]) })
    }

    private static func plain(
        _ terms: [SIMD2<Double>], _ centre: SIMD2<Float>, _ unit: Float
    ) -> selvage_smooth_map {
        func term(_ number: Int) -> SIMD2<Double> { number < terms.count ? terms[number] : .zero }
        let (a, b, c, d, e, f) = (term(0), term(1), term(2), term(3), term(4), term(5))
        return selvage_smooth_map(
            x: centre.x, y: centre.y, unit: unit, u: (a.x, b.x, c.x, d.x, e.x, f.x),
            v: (a.y, b.y, c.y, d.y, e.y, f.y))
    }

    private func withPairs(_ work: (UnsafePointer<selvage_pairs>) -> Void) {
        x.withUnsafeBufferPointer { x in
            y.withUnsafeBufferPointer { y in
                u.withUnsafeBufferPointer { u in
                    v.withUnsafeBufferPointer { v in
                        var pairs = selvage_pairs(
                            x: x.baseAddress, y: y.baseAddress, u: u.baseAddress,
                            v: v.baseAddress, count: x.count, width: cell.x, height: cell.y)
                        work(&pairs)
                    }
                }
            }
        }
    }
}
